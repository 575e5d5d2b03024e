#pragma once
#include <memory>
#include <type_traits>
#include <typeinfo>
#include <utility>

namespace lookahead {

// Structs of parameters whose type is forgotten on the way from where they are declared to where an item is
// made of them. This file alone casts pointers without a type; reading values as another struct throws.

// Finds the struct of type `wanted` in the one that `whole` points to; null where there is none.
using FindStruct = const void* (*)(const void* whole, const std::type_info& wanted);

bool same_struct(const std::type_info& a, const std::type_info& b);

// Of a P: itself, and the base that it names as P::DeclaredIn. A struct whose parameters are declared once
// and inherited by others has `using DeclaredIn =` its own name.
template <class P>
const void* find_struct(const void* whole, const std::type_info& wanted) {
  const P* const values = static_cast<const P*>(whole);
  if (same_struct(wanted, typeid(P))) return values;
  if constexpr (requires { typename P::DeclaredIn; }) {
    if (same_struct(wanted, typeid(typename P::DeclaredIn)))
      return static_cast<const typename P::DeclaredIn*>(values);
  }
  return nullptr;
}

template <class P>
void delete_struct(void* whole) {
  delete static_cast<P*>(whole);
}

// Reads a struct of parameters that somebody else keeps.
class ValuesView {
 public:
  template <class P>
  static ValuesView of(const P& values) {
    return {&values, find_struct<P>};
  }
  // Throws std::logic_error where they are no P.
  template <class P>
  const P& as() const {
    return *static_cast<const P*>(found(typeid(P)));
  }

 private:
  friend class Values;
  ValuesView(const void* whole, FindStruct find) : whole_(whole), find_(find) {}
  // Never null.
  const void* found(const std::type_info& wanted) const;

  const void* whole_;
  FindStruct find_;
};

// The same, and changes them.
class ValuesTarget {
 public:
  template <class P>
  static ValuesTarget of(P& values) requires(!std::is_const_v<P>) {
    return ValuesTarget(ValuesView::of(values));
  }
  template <class P>
  P& as() const {
    return const_cast<P&>(view_.as<P>());
  }

 private:
  friend class Values;
  explicit ValuesTarget(ValuesView view) : view_(view) {}

  ValuesView view_;
};

// The values of an item's parameters. Copies share them, and values that are shared do not change.
class Values {
 public:
  Values() = default;  // of no struct
  template <class P>
  static Values of(P values) {
    return Values(new P(std::move(values)), delete_struct<P>, find_struct<P>);
  }

  bool empty() const { return whole_ == nullptr; }
  // Throws std::logic_error where they are no P.
  template <class P>
  const P& as() const {
    return ValuesView(*this).as<P>();
  }
  operator ValuesView() const { return {whole_.get(), find_}; }
  // To fill them in. Throws std::logic_error once a copy shares them.
  ValuesTarget target();

 private:
  // Takes over what `whole` points to.
  Values(void* whole, void (*destroy)(void*), FindStruct find);

  std::shared_ptr<void> whole_;
  FindStruct find_ = nullptr;
};

}  // namespace lookahead
