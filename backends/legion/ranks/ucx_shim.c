// Loaded before UCX (LD_PRELOAD) in every rank: lets Realm start on a UCX without InfiniBand, keeps
// waiting ranks off the cores that others need, and says at the end how many ranks Realm had.
//
//   MAPC_RANK_NAP_US  how long an idle rank sleeps at a time; 0 or unset: it spins, as without us
#define _GNU_SOURCE

#include <dlfcn.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
  UCX_OK = 0,
  YIELDS = 32,  // an answer that is on its way comes sooner than a nap ends
};

// The function that ours stands before. `dlsym` gives functions as data pointers, which ISO C does
// not convert: hence the copy.
static void find_next(const char *name, void *_Atomic *kept, void *function)
{
  void *found = *kept;
  if (found == NULL) {
    found = dlsym(RTLD_NEXT, name);
    if (found == NULL) {
      fprintf(stderr, "mapc ranks: there is no function %s\n", name);
      abort();
    }
    *kept = found;
  }
  memcpy(function, &found, sizeof found);
}

static _Thread_local unsigned idle;  // calls in a row that moved nothing
static struct timespec nap;

// Progress loops of UCP and UCC never give a core back: with as many ranks as cores, the one that has
// work waits for those that look whether it is done, and a run takes five times as long.
static void rest(void)
{
  if (nap.tv_nsec == 0) return;
  if (++idle <= YIELDS)
    sched_yield();
  else
    nanosleep(&nap, NULL);
}

__attribute__((visibility("default"))) unsigned ucp_worker_progress(void *worker)
{
  static void *_Atomic kept;
  unsigned (*next)(void *);
  find_next("ucp_worker_progress", &kept, &next);
  const unsigned moved = next(worker);
  if (moved != 0)
    idle = 0;
  else
    rest();
  return moved;
}

__attribute__((visibility("default"))) int ucc_context_progress(void *context)
{
  static void *_Atomic kept;
  int (*next)(void *);
  find_next("ucc_context_progress", &kept, &next);
  const int status = next(context);  // does not say whether anything moved; UCP below it does
  rest();
  return status;
}

// Realm always sets IB_SEG_SIZE and gives up where UCX does not know it; the UCX of the wheels is
// built without InfiniBand and does not, for which its versions give different errors. What is not
// there needs no setting.
__attribute__((visibility("default"))) int ucp_config_modify(void *config, const char *name,
                                                             const char *value)
{
  static void *_Atomic kept;
  int (*next)(void *, const char *, const char *);
  find_next("ucp_config_modify", &kept, &next);
  const int status = next(config, name, value);
  return strncmp(name, "IB_", 3) == 0 ? UCX_OK : status;
}

__attribute__((constructor)) static void start(void)
{
  const char *const wish = getenv("MAPC_RANK_NAP_US");
  const long microseconds = wish != NULL ? atol(wish) : 0;
  if (microseconds > 0 && microseconds < 1000000) nap.tv_nsec = microseconds * 1000;
}

// A failed bootstrap is silent: each process then runs alone and ends with exit code 0. So Realm's
// own count is written at the end, in the form of the mapper's records. One `write`, so that lines
// of ranks that share a pipe stay whole. Processes without Realm (a shell on the way) say nothing.
__attribute__((destructor)) static void confirm(void)
{
  const int *const rank = dlsym(RTLD_DEFAULT, "_ZN5Realm7Network10my_node_idE");
  const int *const last = dlsym(RTLD_DEFAULT, "_ZN5Realm7Network11max_node_idE");
  if (rank == NULL || last == NULL) return;
  char line[160];
  const int length = snprintf(line, sizeof line,
                              "[%x - 0]    0.000000 {3}{mapc}: "
                              "{\"event\":\"ranks\",\"rank\":%d,\"ranks\":%d}\n",
                              (unsigned)*rank, *rank, *last + 1);
  if (write(STDERR_FILENO, line, (size_t)length) < 0) return;  // nobody listens any more
}
