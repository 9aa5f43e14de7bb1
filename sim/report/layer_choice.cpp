#include "sim/report/layer_choice.h"

#include <fmt/format.h>

#include "sim/report/findings.h"
#include "sim/report/human_units.h"

namespace swimsim {
namespace {

/// The lines of the point that `of` is a line of.
std::vector<const LayerRow*> rows_of(const RunResults& results, const LayerRow& of) {
  std::vector<const LayerRow*> rows;
  for (const LayerRow& row : results.layers) {
    if (row.selector == of.selector && row.fraction == of.fraction && row.price == of.price) rows.push_back(&row);
  }
  return rows;
}

const LayerRow* whole(const RunResults& results) {
  const LayerRow* found = nullptr;
  for (const LayerRow& row : results.layers) {
    if (row.selector == "in_situ") continue;  // its fraction is one of pulses, nothing is verified
    if (row.fraction == 1 && (!found || (row.selector == "all" && found->selector != "all"))) found = &row;
  }
  return found;
}

const LayerRow* smallest_part(const RunResults& results, const std::string& selector) {
  const LayerRow* found = nullptr;
  for (const LayerRow& row : results.layers) {
    if (row.selector == selector && row.fraction > 0 && row.fraction < 1 && (!found || row.fraction < found->fraction)) found = &row;
  }
  return found;
}

}  // namespace

std::vector<LayerGroup> chosen_layers(const RunResults& results) {
  std::vector<LayerGroup> groups;
  if (const LayerRow* row = whole(results)) groups.push_back({"everything verified", rows_of(results, *row)});
  if (const LayerRow* row = smallest_part(results, leading_selector(results))) {
    groups.push_back({fmt::format("{}, fraction {}", row->selector, fraction_text(row->fraction)), rows_of(results, *row)});
  }
  if (groups.empty() && !results.layers.empty()) {
    const LayerRow& row = results.layers.front();
    groups.push_back({fmt::format("{}, fraction {}", row.selector, fraction_text(row.fraction)), rows_of(results, row)});
  }
  return groups;
}

}  // namespace swimsim
