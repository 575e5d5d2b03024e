! Rosenbrock's function as NLopt wants it: writes the gradient where it is asked for, and returns the value.
! gfortran -O2 -ffp-contract=off -shared -fPIC -o rosenbrock_fortran.so rosenbrock.f90
function rosenbrock(n, x, gradient, data) bind(c, name="f") result(value)
  use iso_c_binding, only: c_double, c_int, c_ptr, c_associated, c_f_pointer
  implicit none
  integer(c_int), value :: n
  real(c_double), intent(in) :: x(n)
  type(c_ptr), value :: gradient, data
  real(c_double) :: value, a, b
  real(c_double), pointer :: g(:)

  a = x(2) - x(1) * x(1)
  b = 1 - x(1)
  value = 100 * a * a + b * b
  if (c_associated(gradient)) then
    call c_f_pointer(gradient, g, [n])
    g(1) = -400 * a * x(1) - 2 * b
    g(2) = 200 * a
  end if
end function
