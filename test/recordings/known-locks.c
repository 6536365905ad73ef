/*
 * Waits for one lock of the kernel 23 times, each wait about as long as its number in milliseconds:
 *
 *   main ("holder")   writes a page to a file; the page is not there, and the file's lock is held until it is
 *   "keeper"          is told of the missing page (userfaultfd), lets the waiter go, and gives the page n milliseconds later
 *   "waiter"          writes to the same file: waits for its lock, asleep since the holder sleeps too
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { waits = 23, page_size = 4096 };
static int file, faults;
static sem_t go, done;

static void *waiter(void *unused) {
  prctl(PR_SET_NAME, "waiter");
  for (int n = 1; n <= waits; n++) {
    sem_wait(&go);
    if (pwrite(file, "w", 1, 0) != 1) abort();
    sem_post(&done);
  }
  return unused;
}

static void *keeper(void *unused) {
  prctl(PR_SET_NAME, "keeper");
  for (int n = 1; n <= waits; n++) {
    struct uffd_msg fault;
    if (read(faults, &fault, sizeof fault) != sizeof fault) abort();
    sem_post(&go);
    usleep(n * 1000);
    struct uffdio_zeropage page = {.range = {fault.arg.pagefault.address & -page_size, page_size}};
    if (ioctl(faults, UFFDIO_ZEROPAGE, &page) != 0) abort();
  }
  return unused;
}

int main(void) {
  pthread_t threads[2];
  prctl(PR_SET_NAME, "holder");
  file = open("known-locks.tmp", O_RDWR | O_CREAT | O_TRUNC, 0600);
  unlink("known-locks.tmp");
  faults = syscall(SYS_userfaultfd, O_CLOEXEC);
  struct uffdio_api api = {.api = UFFD_API};
  char *pages = mmap(0, waits * page_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  struct uffdio_register region = {.range = {(unsigned long)pages, waits * page_size}, .mode = UFFDIO_REGISTER_MODE_MISSING};
  if (file < 0 || faults < 0 || ioctl(faults, UFFDIO_API, &api) || ioctl(faults, UFFDIO_REGISTER, &region)) return 1;
  sem_init(&go, 0, 0);
  sem_init(&done, 0, 0);
  pthread_create(&threads[0], 0, waiter, 0);
  pthread_create(&threads[1], 0, keeper, 0);
  for (int n = 0; n < waits; n++) {
    if (pwrite(file, pages + n * page_size, page_size, 0) != page_size) return 1;
    sem_wait(&done);
  }
  for (int at = 0; at < 2; at++) pthread_join(threads[at], 0);
  return 0;
}
