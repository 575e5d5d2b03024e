#include <dlfcn.h>

#include <map>
#include <mutex>
#include <new>

#include "base/text.hpp"
#include "objective/outside/answers.hpp"
#include "objective/outside/differences.hpp"
#include "objective/outside/policy.hpp"

namespace lookahead::outside {
namespace {

// NLopt's: writes the gradient where it is not null, and returns f(x).
using NloptFunction = double (*)(unsigned n, const double* x, double* gradient, void* data);

// A library that is loaded once, whoever uses it: what it keeps in its own variables is one for all.
struct Library {
  explicit Library(void* of) : handle(of) {}
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;
  ~Library() { ::dlclose(handle); }

  void* handle;
  std::mutex calling;  // where only one thread at a time may call
};

Fault unfit(const LibraryParameters& library, const std::string& text, const std::string& cure = "") {
  return {FaultKind::data, {library.file, 0, 0}, text, cure};
}

std::string loader_says() {
  const char* reason = ::dlerror();
  return reason == nullptr ? "no reason is given" : reason;
}

Checked<std::shared_ptr<Library>> loaded(const LibraryParameters& library) {
  static std::mutex mutex;
  static std::map<std::string, std::weak_ptr<Library>> all;
  const std::lock_guard lock(mutex);
  if (auto known = all[library.file].lock()) return known;
  tell(line_of(library));
  void* handle = ::dlopen(library.file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr)
    return unfit(library, "cannot be loaded: " + loader_says(),
                 "of C: cc -O2 -shared -fPIC -o mine.so mine.c");
  auto fresh = std::make_shared<Library>(handle);
  all[library.file] = fresh;
  return fresh;
}

template <Scalar T>
class LibraryObjective final : public Objective<T> {
 public:
  LibraryObjective(const LibraryParameters& parameters, Index dimension)
      : parameters_(parameters), dimension_(dimension), differences_(parameters.gives == Gives::value) {}
  Index dimension() const override { return dimension_; }
  // A point and a gradient in double, where they are not so already or are changed on the way.
  Index scratch(Index) const override {
    if (std::same_as<T, double> && !differences_) return 0;
    return static_cast<Index>(2 * sizeof(double) / sizeof(T)) * dimension_;
  }
  void expect(Index agents, Index runs) override {
    one_at_a_time_ = !parameters_.threadsafe && agents * runs > 1;
  }
  Evaluation value(std::span<const T> x, const Batch&, std::span<T> scratch) const override {
    if (!ready()) return Evaluation(*fault_);
    if constexpr (std::same_as<T, double>) return call(x.data(), nullptr);
    double* const wide = wide_point(x, scratch);
    return call(wide, nullptr);
  }
  Evaluation value_and_gradient(std::span<const T> x, const Batch&, std::span<T> gradient,
                                std::span<T> scratch) const override {
    if (!ready()) return Evaluation(*fault_);
    if constexpr (std::same_as<T, double>) {
      if (!differences_) return call(x.data(), gradient.data());
    }
    double* const wide = wide_point(x, scratch);
    const std::span<double> point(wide, x.size()), slopes(wide + x.size(), x.size());
    const Evaluation value =
        differences_
            ? by_differences(point, slopes,
                             [&](std::span<const double> at) { return Evaluation(call(at.data(), nullptr)); })
            : Evaluation(call(point.data(), slopes.data()));
    for (std::size_t i = 0; i < x.size(); ++i) gradient[i] = static_cast<T>(slopes[i]);
    return value;
  }

 private:
  double call(const double* x, double* gradient) const {
    const auto size = static_cast<unsigned>(dimension_);
    if (!one_at_a_time_) return function_.load(std::memory_order_relaxed)(size, x, gradient, nullptr);
    const std::lock_guard lock(library_->calling);
    return function_.load(std::memory_order_relaxed)(size, x, gradient, nullptr);
  }

  // Whether the function is there, which the first evaluation looks for.
  bool ready() const {
    if (function_.load(std::memory_order_acquire) != nullptr) return true;
    return look();
  }

  bool look() const {
    const std::lock_guard lock(looking_);
    if (function_ != nullptr || fault_) return !fault_;
    auto library = loaded(parameters_);
    if (!library) {
      fault_ = library.faults().front();
      return false;
    }
    library_ = std::move(*library);
    ::dlerror();
    void* const symbol = ::dlsym(library_->handle, parameters_.symbol.c_str());
    if (symbol == nullptr) {
      fault_ = unfit(parameters_, "has no symbol " + quoted(parameters_.symbol) + ": " + loader_says(),
                     "objective.symbol names the function; C++ needs extern \"C\", Fortran bind(c)");
      return false;
    }
    function_.store(reinterpret_cast<NloptFunction>(symbol), std::memory_order_release);
    return true;
  }

  double* wide_point(std::span<const T> x, std::span<T> scratch) const {
    auto* const wide = ::new (static_cast<void*>(scratch.data())) double[2 * x.size()];
    for (std::size_t i = 0; i < x.size(); ++i) wide[i] = static_cast<double>(x[i]);
    return wide;
  }

  LibraryParameters parameters_;
  Index dimension_;
  bool differences_, one_at_a_time_ = false;
  mutable std::atomic<NloptFunction> function_{nullptr};
  mutable std::mutex looking_;  // of what follows, until it is there
  mutable std::shared_ptr<Library> library_;
  mutable std::optional<Fault> fault_;
};

FunctionEntry made_library_entry() {
  const Parameters own = {
      param("library", &LibraryParameters::file,
            "a shared library; a relative path belongs to the problem file"),
      param("symbol", &LibraryParameters::symbol,
            "its function: double f(unsigned n, const double* x, double* gradient, void* data), as NLopt's; "
            "gradient may be null, data is"),
      param("threadsafe", &LibraryParameters::threadsafe,
            "whether workers may call it at once; else one at a time")};
  FunctionEntry entry;
  static_cast<Entry&>(entry) = declare<LibraryParameters>(
      {"library", "A function of a shared library, with the signature that NLopt has for objectives.",
       "f(x) = what the function returns", "nlopt.readthedocs.io, NLopt C reference, nlopt_func"},
      together({own, answer_parameters<LibraryParameters>()}));
  entry.outside = true;
  entry.check = [](const Values& values, const Place& place, const Path& path, Report& report) {
    const auto& library = values.as<LibraryParameters>();
    if (library.file.empty())
      report.add(place, path / "library" + " is empty", "for example library: ./mine.so");
    if (library.symbol.empty()) report.add(place, path / "symbol" + " is empty", "for example symbol: f");
  };
  entry.facts = [](const Values& values, Index dimension) {
    return facts_of(values.as<LibraryParameters>(), dimension);
  };
  entry.content = [](const Values& values) { return content_of(values.as<LibraryParameters>().file); };
  entry.make_double = [](const Values& values, Index dimension) -> std::unique_ptr<Objective<double>> {
    return std::make_unique<LibraryObjective<double>>(values.as<LibraryParameters>(), dimension);
  };
  entry.make_float = [](const Values& values, Index dimension) -> std::unique_ptr<Objective<float>> {
    return std::make_unique<LibraryObjective<float>>(values.as<LibraryParameters>(), dimension);
  };
  return entry;
}

}  // namespace

const FunctionEntry& library_entry() {
  static const FunctionEntry entry = made_library_entry();
  return entry;
}

std::string line_of(const LibraryParameters& library) { return "loads the library " + library.file; }

}  // namespace lookahead::outside
