#pragma once
#include "dice.hpp"
#include "settings.hpp"

namespace lookahead::pairs {

// A problem as the program reads it, and as the plain model does.
struct Problem {
  DataSettings data;
  ModelSettings model;
  TrainingSettings training;
  std::string train, more, validation, test;  // the files' contents; empty: there is none. more: behind train
  std::vector<std::string> data_keys;         // "key: value" of the block data, without the files
  // "key: value" of the block objective, without its table: the problem is a formula of the rows of `train`.
  std::vector<std::string> objective_keys;
  bool formula = false;  // whether the objective or its loss is one
  std::string rest;      // the YAML beside it
  double validation_fraction = 0, test_fraction = 0;
  int folds = 0;
  bool stratify = true;
  int classes = 0;                   // of the target, where it is one
  std::optional<std::size_t> top_k;  // of the metric; none: half of the classes, from 1 to 5
  bool single = false;
  std::string refused;  // why the program has to refuse what is written; empty: it has to take it

  std::string yaml(const std::string& folder) const;
};

// What is fixed of a problem that is drawn; 0: drawn too.
struct Wanted {
  int rows = 0, columns = 0;
  bool sparse = false;
  std::optional<Kind> kind = {};
  bool quick = true;  // few steps, of a rule without a table of the rows
};

Problem drawn(std::uint64_t seed, const Wanted& wanted = {});

// Its parts: each chooses some options and writes them in both ways.
void draw_files(Dice& dice, const Wanted& wanted, Problem& problem);
void draw_sparse_files(Dice& dice, const Wanted& wanted, Problem& problem);
void draw_model(Dice& dice, Problem& problem);
void draw_terms(Dice& dice, Problem& problem);
void draw_training(Dice& dice, const Wanted& wanted, Problem& problem);

}  // namespace lookahead::pairs
