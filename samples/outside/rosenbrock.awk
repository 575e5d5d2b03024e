# Rosenbrock's function and its gradient, for lookahead: every line of numbers is answered by one.
NR == 1 {
  if ($2 != "1") exit 1
  print "ok"
  fflush()
  next
}
{
  a = $2 - $1 * $1
  b = 1 - $1
  # As many digits as a double has.
  printf "%.17g %.17g %.17g\n", 100 * a * a + b * b, -400 * a * $1 - 2 * b, 200 * a
  fflush()
}
