#include "target.hpp"

namespace lookahead::fuzz {

const std::vector<Target>& targets() {
  static const std::vector<Target> all = {{"certify", run_certify, certify_seeds, certify_tested},
                                          {"checkpoint", run_checkpoint, checkpoint_seeds, checkpoint_tested},
                                          {"csv", run_csv, csv_seeds, csv_tested},
                                          {"expression", run_expression, expression_seeds, expression_tested},
                                          {"gzip", run_gzip, gzip_seeds, gzip_tested},
                                          {"journal", run_journal, journal_seeds, journal_tested},
                                          {"libsvm", run_libsvm, libsvm_seeds, libsvm_tested},
                                          {"model", run_model, model_seeds, model_tested},
                                          {"set", run_set, set_seeds, set_tested},
                                          {"study", run_study, study_seeds, study_tested},
                                          {"sweep", run_sweep, sweep_seeds, sweep_tested},
                                          {"yaml", run_yaml, yaml_seeds, yaml_tested}};
  return all;
}

}  // namespace lookahead::fuzz
