// How the ranks of one machine find each other: a bootstrap plugin for Realm's UCX network.
//
// Realm loads it where REALM_UCP_BOOTSTRAP_MODE=plugin and REALM_UCP_BOOTSTRAP_PLUGIN names it, and
// asks for rank, number of ranks, an allgather and an end. The plugin for this case that comes with
// the wheels lacks a symbol, and Realm then goes on with every process as a run of one rank.
//
// Rank 0 listens on a Unix-domain socket and passes everything on. Nothing listens on a network, and
// the socket and its folder are gone as soon as all ranks are there, whatever kills them later.
//
//   MAPC_RANK         this process's number, from 0
//   MAPC_RANKS        how many there are
//   MAPC_RANK_SOCKET  path of the socket, in a folder that only this run uses
#define _GNU_SOURCE

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

// Realm's interface: these members in this order. It calls `allgather` and `finalize` only.
typedef struct bootstrap_handle {
  int rank;
  int ranks;
  int *shared_ranks;
  int shared_rank_count;
  int (*barrier)(struct bootstrap_handle *);
  int (*broadcast)(void *, int, int, struct bootstrap_handle *);
  int (*gather)(const void *, void *, int, int, struct bootstrap_handle *);
  int (*allgather)(const void *, void *, int, struct bootstrap_handle *);
  int (*alltoall)(const void *, void *, int, struct bootstrap_handle *);
  int (*allreduce)(const void *, void *, int, int, struct bootstrap_handle *);
  int (*allgatherv)(const void *, void *, int *, int *, struct bootstrap_handle *);
  int (*finalize)(struct bootstrap_handle *);
} bootstrap_handle_t;

enum { FAILED = -1, MOST_RANKS = 4096, PATIENCE_S = 120, RETRY_NS = 5000000 };

// One set for the process: Realm copies the handle, so state cannot hang on it.
static int rank, ranks;
static int *peers;  // of rank 0: a socket for every other rank; else one, to rank 0

static int fail(const char *what)
{
  fprintf(stderr, "mapc ranks: rank %d of %d: %s: %s\n", rank, ranks, what,
          errno != 0 ? strerror(errno) : "the other end is gone");
  return FAILED;
}

static int number_from(const char *name)
{
  const char *const text = getenv(name);
  char *end = NULL;
  const long value = text != NULL ? strtol(text, &end, 10) : -1;
  return end != NULL && end != text && *end == '\0' && value <= MOST_RANKS ? (int)value : -1;
}

static int send_all(int peer, const void *data, size_t bytes)
{
  for (const char *at = data; bytes > 0;) {
    const ssize_t done = send(peer, at, bytes, MSG_NOSIGNAL);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return FAILED;
    at += done;
    bytes -= (size_t)done;
  }
  return 0;
}

static int receive_all(int peer, void *data, size_t bytes)
{
  errno = 0;
  for (char *at = data; bytes > 0;) {
    const ssize_t done = recv(peer, at, bytes, 0);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return FAILED;
    at += done;
    bytes -= (size_t)done;
  }
  return 0;
}

// Everybody's `bytes` to everybody, in the order of ranks.
static int allgather(const void *from, void *to, int bytes, bootstrap_handle_t *handle)
{
  (void)handle;
  const size_t each = (size_t)bytes, all = each * (size_t)ranks;
  char *const result = to;
  memmove(result + each * (size_t)rank, from, each);
  if (rank != 0) {
    if (send_all(peers[0], from, each) != 0) return fail("allgather, sending");
    return receive_all(peers[0], to, all) != 0 ? fail("allgather, receiving") : 0;
  }
  for (int peer = 1; peer < ranks; ++peer)
    if (receive_all(peers[peer], result + each * (size_t)peer, each) != 0)
      return fail("allgather, collecting");
  for (int peer = 1; peer < ranks; ++peer)
    if (send_all(peers[peer], to, all) != 0) return fail("allgather, handing out");
  return 0;
}

static int finalize(bootstrap_handle_t *handle)
{
  (void)handle;
  for (int peer = 0; peers != NULL && peer < (rank == 0 ? ranks : 1); ++peer)
    if (peers[peer] >= 0) close(peers[peer]);
  free(peers);
  peers = NULL;
  return 0;
}

// Rank 0: a rank says its number when it comes.
static int gather_ranks(const struct sockaddr_un *address)
{
  const int door = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (door < 0) return fail("socket");
  int status = 0;
  if (bind(door, (const struct sockaddr *)address, sizeof *address) != 0 ||
      listen(door, ranks) != 0)
    status = fail(address->sun_path);
  for (int come = 1; status == 0 && come < ranks; ++come) {
    struct pollfd ready = {.fd = door, .events = POLLIN};
    errno = ETIMEDOUT;
    if (poll(&ready, 1, PATIENCE_S * 1000) != 1) {
      status = fail("waiting for the other ranks");
      break;
    }
    uint32_t number = 0;
    const int peer = accept4(door, NULL, NULL, SOCK_CLOEXEC);
    if (peer < 0 || receive_all(peer, &number, sizeof number) != 0)
      status = fail("a rank that came");
    else if (number == 0 || number >= (uint32_t)ranks || peers[number] >= 0) {
      errno = EINVAL;
      status = fail("two ranks have one number");
    } else
      peers[number] = peer;
  }
  close(door);
  unlink(address->sun_path);
  char folder[sizeof address->sun_path];
  strcpy(folder, address->sun_path);
  char *const end = strrchr(folder, '/');
  if (end != NULL) {
    *end = '\0';
    rmdir(folder);  // stays where something else is in it
  }
  return status;
}

// The other ranks: rank 0 may start later.
static int join_ranks(const struct sockaddr_un *address)
{
  const time_t deadline = time(NULL) + PATIENCE_S;
  const int peer = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (peer < 0) return fail("socket");
  peers[0] = peer;
  while (connect(peer, (const struct sockaddr *)address, sizeof *address) != 0) {
    if (errno != ENOENT && errno != ECONNREFUSED && errno != EINTR && errno != EAGAIN)
      return fail(address->sun_path);
    if (time(NULL) > deadline) return fail("waiting for rank 0");
    nanosleep(&(struct timespec){.tv_nsec = RETRY_NS}, NULL);
  }
  const uint32_t number = (uint32_t)rank;
  return send_all(peer, &number, sizeof number) != 0 ? fail("greeting rank 0") : 0;
}

__attribute__((visibility("default"))) int realm_ucp_bootstrap_plugin_init(
    void *unused, bootstrap_handle_t *handle)
{
  (void)unused;
  rank = number_from("MAPC_RANK");
  ranks = number_from("MAPC_RANKS");
  const char *const path = getenv("MAPC_RANK_SOCKET");
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  errno = EINVAL;
  if (rank < 0 || ranks <= rank || path == NULL || strlen(path) >= sizeof address.sun_path)
    return fail("MAPC_RANK, MAPC_RANKS or MAPC_RANK_SOCKET");
  strcpy(address.sun_path, path);
  peers = malloc((size_t)ranks * sizeof *peers);
  if (peers == NULL) return fail("memory");
  for (int peer = 0; peer < ranks; ++peer) peers[peer] = -1;
  if ((rank == 0 ? gather_ranks(&address) : join_ranks(&address)) != 0) {
    finalize(handle);
    return FAILED;
  }
  *handle = (bootstrap_handle_t){
      .rank = rank, .ranks = ranks, .allgather = allgather, .finalize = finalize};
  return 0;
}
