// Loaded before UCX (LD_PRELOAD) in every rank of an emulated machine with several nodes: what Realm
// sends in bulk leaves no sooner than the modelled network would have taken it.
//
//   MAPC_EMU_NETWORK        real nanoseconds a byte, then those for any message: `4000 40000`
//   MAPC_EMU_NETWORK_STATS  file for the counters; `%` in it becomes the rank
//
// A node has one way out, which messages take one after the other; ways in are not modelled. The
// sending thread sleeps, and with it whatever else it would have done: Realm sends from threads of
// its own. Short messages, with which ranks agree, are Legion's own work, and not charged; nothing
// tells them from short pieces of data.
#define _GNU_SOURCE

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SHORTEST = 2048, HAS_DATATYPE = 1 << 3, DATATYPE_CLASS = 7, CONTIGUOUS = 0, LIST = 2 };

// The beginning of UCX's `ucp_request_param_t`, which is the same in all its versions.
struct parameters {
  uint32_t given, flags;
  void *request, *callback;
  uint64_t datatype;
};

struct part {
  void *base;
  size_t length;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static double nanoseconds_a_byte, nanoseconds_a_message;
static int64_t free_at;  // when the way out is free again
static uint64_t messages;
static double bytes_sent, busy;

static int64_t now(void)
{
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static void sleep_until(int64_t when)
{
  const struct timespec time = {when / 1000000000, when % 1000000000};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL) != 0) continue;
}

static size_t size_of(const void *data, size_t count, const struct parameters *how)
{
  if ((how->given & HAS_DATATYPE) == 0) return count;
  if ((how->datatype & DATATYPE_CLASS) == CONTIGUOUS) return count * (how->datatype >> 3);
  if ((how->datatype & DATATYPE_CLASS) != LIST) return 0;
  const struct part *const parts = data;
  size_t size = 0;
  for (size_t i = 0; i < count; i++) size += parts[i].length;
  return size;
}

static void take(size_t bytes)
{
  if (bytes < SHORTEST || nanoseconds_a_byte + nanoseconds_a_message == 0) return;
  const double lasts = (double)bytes * nanoseconds_a_byte;
  pthread_mutex_lock(&lock);
  const int64_t asked = now(), start = asked > free_at ? asked : free_at;
  free_at = start + (int64_t)lasts;
  const int64_t arrives = free_at + (int64_t)nanoseconds_a_message;
  messages++;
  bytes_sent += (double)bytes;
  busy += lasts;
  pthread_mutex_unlock(&lock);
  sleep_until(arrives);
}

// `dlsym` gives functions as data pointers, which ISO C does not convert: hence the copy.
static void find_next(const char *name, void *function)
{
  void *const found = dlsym(RTLD_NEXT, name);
  if (found == NULL) {
    fprintf(stderr, "mapc network: there is no function %s\n", name);
    abort();
  }
  memcpy(function, &found, sizeof found);
}

__attribute__((visibility("default"))) void *ucp_put_nbx(void *to, const void *data, size_t count,
                                                         uint64_t address, void *key,
                                                         const struct parameters *how)
{
  void *(*next)(void *, const void *, size_t, uint64_t, void *, const struct parameters *);
  find_next("ucp_put_nbx", &next);
  take(size_of(data, count, how));
  return next(to, data, count, address, key, how);
}

__attribute__((visibility("default"))) void *ucp_am_send_nbx(void *to, unsigned id,
                                                             const void *header, size_t length,
                                                             const void *data, size_t count,
                                                             const struct parameters *how)
{
  void *(*next)(void *, unsigned, const void *, size_t, const void *, size_t,
                const struct parameters *);
  find_next("ucp_am_send_nbx", &next);
  take(size_of(data, count, how));
  return next(to, id, header, length, data, count, how);
}

__attribute__((constructor)) static void start(void)
{
  const char *const settings = getenv("MAPC_EMU_NETWORK");
  if (settings == NULL) return;
  if (sscanf(settings, "%lf %lf", &nanoseconds_a_byte, &nanoseconds_a_message) == 2 &&
      nanoseconds_a_byte >= 0 && nanoseconds_a_message >= 0)
    return;
  fprintf(stderr, "MAPC_EMU_NETWORK: cannot use `%s`\n", settings);
  abort();
}

__attribute__((destructor)) static void tell(void)
{
  const int *const rank = dlsym(RTLD_DEFAULT, "_ZN5Realm7Network10my_node_idE");
  const char *const place = getenv("MAPC_EMU_NETWORK_STATS");
  const char *const mark = place == NULL ? NULL : strchr(place, '%');
  if (rank == NULL || mark == NULL) return;
  char name[4096];
  snprintf(name, sizeof name, "%.*s%d%s", (int)(mark - place), place, *rank, mark + 1);
  FILE *const file = fopen(name, "w");
  if (file == NULL) return;
  fprintf(file, "{\"messages\": %llu, \"bytes\": %.17g, \"busy_ns\": %.17g}\n",
          (unsigned long long)messages, bytes_sent, busy);
  fclose(file);
}
