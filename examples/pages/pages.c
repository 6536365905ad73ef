// Asks for 230 pages of memory, touches each, gives them back, and then does the same with 23 pages ten times over:
// 460 pages that the kernel must give out, beside those that any program needs to start. It takes some of them back later, when
// whoever is running empties the kernel's lists of pages.
#define _GNU_SOURCE
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

static void use(size_t count) {
  size_t size = count * (size_t)sysconf(_SC_PAGESIZE);
  char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) _exit(1);
  // Single pages, not one large one.
  madvise(memory, size, MADV_NOHUGEPAGE);
  for (size_t at = 0; at < size; at += size / count) memory[at] = 1;
  munmap(memory, size);
}

int main(void) {
  // An event of its own (task_rename), so that the recording knows the name without any switch.
  prctl(PR_SET_NAME, "pages");
  use(230);
  for (int round = 0; round < 10; round++) {
    usleep(2000);
    use(23);
  }
  return 0;
}
