// Computes for a known part of its time on behalf of each of two callers: 30 rounds of the same loop, 23 for one, 7 for the other.
//
//   main ─┬─ twenty_three ─ spin   23 rounds
//         └─ seven ─────── spin    7 rounds
//
// Compiled without optimisation every call has a frame of its own: gcc -O0.
#define ROUND_ITERATIONS 4000000

static volatile unsigned long sum;

static void spin(int rounds) {
  for (int round = 0; round < rounds; round++)
    for (int i = 0; i < ROUND_ITERATIONS; i++) sum += (unsigned long)i;
}

static void twenty_three(void) {
  spin(23);
}

static void seven(void) {
  spin(7);
}

int main(void) {
  twenty_three();
  seven();
  return 0;
}
