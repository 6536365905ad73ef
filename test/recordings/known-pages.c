/*
 * Has the kernel give it a known number of pages:
 *
 *   503 pages of 4 KiB, each when it is first written to, and back at once
 *   5 huge pages of 2 MiB, each when it is first written to, and back at once (where the kernel has transparent huge pages)
 *
 * What else is given out are tables of pages, one for each 2 MiB. What the program itself takes comes before its second madvise.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { page_size = 4096, huge_size = 2 << 20, pages = 503, huge_pages = 5 };

/* Begins at a multiple of 2 MiB. */
static char *reserve(long size, int advice)
{
	char *memory = mmap(NULL, size + huge_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		abort();
	memory += -(uintptr_t)memory & (huge_size - 1);
	if (madvise(memory, size, advice) != 0)
		abort();
	return memory;
}

static void touch_and_return(char *memory, int count, long size)
{
	for (int index = 0; index < count; index++)
		((volatile char *)memory)[index * size] = 1;
	munmap(memory, count * size);
}

int main(void)
{
	char *small = reserve(pages * page_size, MADV_NOHUGEPAGE);
	char *huge = reserve(huge_pages * (long)huge_size, MADV_HUGEPAGE);
	touch_and_return(small, pages, page_size);
	touch_and_return(huge, huge_pages, huge_size);
	return 0;
}
