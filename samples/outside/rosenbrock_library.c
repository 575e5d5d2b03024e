/* Rosenbrock's function as NLopt wants it: writes the gradient where it is asked for, and returns the value.
   cc -O2 -ffp-contract=off -shared -fPIC -o rosenbrock_c.so rosenbrock_library.c */
double f(unsigned n, const double* x, double* gradient, void* data) {
  const double a = x[1] - x[0] * x[0], b = 1 - x[0];
  (void)n;
  (void)data;
  if (gradient) {
    gradient[0] = -400 * a * x[0] - 2 * b;
    gradient[1] = 200 * a;
  }
  return 100 * a * a + b * b;
}
