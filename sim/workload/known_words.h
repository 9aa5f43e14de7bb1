#pragma once

#include <string>
#include <utility>
#include <vector>

namespace swimsim {

/// The names that a workload may use and that other rooms define; the application collects them from the rooms' lists.
struct KnownWords {
  std::vector<std::string> selectors;
  std::vector<std::string> schemes;
  std::vector<std::string> counting_schemes;  ///< those of `schemes` that are for devices that count cycles, and for no others
  std::vector<std::string> datasets;
  std::vector<int> dataset_channels;                             ///< of the images of each data set; empty: not checked
  std::vector<std::string> networks;                             ///< built-in ones
  std::vector<std::string> optimizers, schedules;                ///< of training
  std::vector<std::string> folder_datasets{}, array_datasets{};  ///< those of `datasets` that a path, or four array files, belong to
  std::vector<std::string> training_selectors{};  ///< those of `selectors` that train in the cells and rank nothing; they have no signals
  std::vector<std::string> paying_selectors{};    ///< those of `selectors` that write while it pays: points are prices, rows are left early
  std::vector<std::string> erasing_schemes{};     ///< those of `schemes` that erase a row before they program it
  std::vector<std::string> schedulers{};          ///< of the tiles of a chip
  std::vector<std::string> loosening_selectors{};  ///< those of `selectors` that give each cell a tolerance: points are values of looseness
  std::vector<std::pair<std::string, std::string>> selector_aliases{};  ///< words for selectors, and which of `selectors` they stand for
};

}  // namespace swimsim
