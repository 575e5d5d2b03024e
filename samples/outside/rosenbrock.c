/* Rosenbrock's function and its gradient, for lookahead: every line of numbers is answered by one.
   cc -O2 -ffp-contract=off -o rosenbrock rosenbrock.c */
#include <stdio.h>

int main(void) {
  char word[32], wanted[32];
  int version, dimension;
  double x, y;
  if (scanf("%31s %d %d %31s", word, &version, &dimension, wanted) != 4 || version != 1) return 1;
  puts("ok");
  fflush(stdout);
  while (scanf("%lf %lf", &x, &y) == 2) {
    const double a = y - x * x, b = 1 - x;
    /* As many digits as a double has. */
    printf("%.17g %.17g %.17g\n", 100 * a * a + b * b, -400 * a * x - 2 * b, 200 * a);
    fflush(stdout);
  }
  return 0;
}
