#include "target.hpp"

namespace lookahead::fuzz {

const std::vector<Target>& targets() {
  static const std::vector<Target> all = {
      {"certify", run_certify, certify_seeds}, {"csv", run_csv, csv_seeds},
      {"gzip", run_gzip, gzip_seeds},          {"libsvm", run_libsvm, libsvm_seeds},
      {"model", run_model, model_seeds},       {"set", run_set, set_seeds},
      {"yaml", run_yaml, yaml_seeds}};
  return all;
}

}  // namespace lookahead::fuzz
