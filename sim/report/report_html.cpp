#include "sim/report/report_html.h"

#include <fmt/format.h>

#include "sim/report/findings.h"
#include "sim/report/html_parts.h"
#include "sim/report/human_units.h"
#include "sim/report/markup.h"
#include "sim/report/plots.h"
#include "sim/report/report_style.h"
#include "sim/report/report_tables.h"

namespace swimsim {
namespace {

/// A fraction counts as good enough when its mean accuracy is at most so far below that of everything verified: SWIM's budget.
constexpr double kGoodEnough = 0.005;

struct Term {
  const char* word;
  const char* meaning;
};

constexpr Term kGlossary[] = {
    {"weight, cell",
     "A weight is one trained number of the network, held as a small integer. It is stored in one or more cells; a cell is one memory "
     "device whose conductance carries the value."},
    {"blind write", "The first write of every cell, without looking at what came out of it. It is quick and inexact."},
    {"verify", "One read of a cell through the chip's own converter, compared with the conductance the cell should hold."},
    {"cycle", "One programming pulse together with the verify read after it."},
    {"fraction", "The share of all weights that is verified after the blind write; the others stay as the blind write left them."},
    {"NWC",
     "Normalised write cycles: the write pulses of the verify phase divided by those it takes to verify every weight. 0 at fraction 0, 1 "
     "at fraction 1. NWC total counts the pulses of the blind write in both."},
    {"programming time",
     "Simulated seconds from the first blind write until the last cell of the chip is done. The cells of a row are pulsed together, so a "
     "row takes as long as its slowest cell, and the time can shrink less than NWC does."},
    {"failed cell", "A cell that used up its attempts without reaching its target. It is counted and left as it is."},
    {"selector",
     "The rule that ranks the weights. swim ranks by how much the loss changes when the weight is off; magnitude by size; random by "
     "chance."},
    {"trial",
     "One programming of the whole chip with its own random variations. All selectors meet the same variations in the same trial."},
    {"95 % interval", "Where the mean over very many trials lies, with 95 % confidence (Student's t). More trials make it narrower."},
};

std::string seconds(double value) { return engineering(value, "s", Charset::utf8); }
std::string joules(double value) { return engineering(value, "J", Charset::utf8); }

std::string sentence_for(const RunResults& results, const std::string& selector, const ProgrammingRow& full) {
  const ProgrammingRow* row = cheapest_within(results, selector, full, kGoodEnough);
  if (!row || row->fraction >= 1) {
    return fmt::format("With {}, no smaller fraction among those that ran comes within 0.5 percentage points of that.", selector);
  }
  return fmt::format("With {}, fraction {} is enough for {} % (within 0.5 points of that): {} and {}, {} % of the full time at NWC {:.2f}.",
                     selector, fraction_text(row->fraction), percent(row->accuracy_mean), seconds(row->time_s), joules(row->energy_J),
                     full.time_s > 0 ? percent(row->time_s / full.time_s, 0) : "?", row->nwc);
}

std::string answer(const RunResults& results) {
  const std::optional<FullRun> full = full_run(results);
  if (results.programming.empty()) return "<div class=\"answer\"><p>No programming of the chip was finished.</p></div>\n";
  std::string text;
  if (full && full->row) {
    text +=
        html_paragraph(fmt::format("Programming everything (every weight written and verified) takes {} and {} and gives {} % accuracy.",
                                   seconds(full->time_s), joules(full->energy_J), percent(full->row->accuracy_mean)));
    const std::string leader = leading_selector(results);
    text += html_paragraph(sentence_for(results, leader, *full->row));
    for (const std::string& name : selector_names(results)) {
      if (name != leader && name != "all" && name != "none") text += html_paragraph(sentence_for(results, name, *full->row));
    }
  } else {
    const ProgrammingRow& row = results.programming.back();
    text += html_paragraph(fmt::format("This run did not verify everything. {} with fraction {} takes {} and {} and gives {} % accuracy.",
                                       row.selector, fraction_text(row.fraction), seconds(row.time_s), joules(row.energy_J),
                                       percent(row.accuracy_mean)));
  }
  for (const ProgrammingRow& row : results.programming) {
    if (row.pulses != 0 || row.verify_reads != 0) continue;
    text += html_paragraph(fmt::format("The blind write alone takes {} and gives {} %.", seconds(row.time_s), percent(row.accuracy_mean)));
    break;
  }
  if (const Statistic* ideal = find_statistic(results, "accuracy_quantized")) {
    text += html_paragraph(fmt::format("Without any programming error the quantised network has {} %.", percent(ideal->value)));
  }
  if (const Statistic* arrays = find_statistic(results, "accuracy_array")) {
    text += html_paragraph(fmt::format("Read through DACs and ADCs, with every cell at its target, it has {} %.", percent(arrays->value)));
  }
  return "<div class=\"answer\">\n" + text + "</div>\n";
}

std::string warnings(const RunResults& results, const ManifestInfo& info) {
  std::string html;
  if (info.status != "complete")
    html += html_warning("Status of this run: " + info.status + ". It holds what was finished, not everything that was asked for.");
  if (results.synthetic_images) {
    html += html_warning(
        "The images of this run are synthetic: a procedure drew them from a seed. The accuracies say nothing about a real data set.");
  }
  return html;
}

std::string plot_grid(const RunResults& results) {
  std::string html;
  for (const Plot& plot : make_plots(results)) {
    html += "<figure>\n" + plot.svg + "<figcaption>" + escape_markup(plot.caption) + "</figcaption>\n</figure>\n";
  }
  return html.empty() ? "" : "<div class=\"plots\">\n" + html + "</div>\n";
}

std::string with_lead(const std::string& lead, const std::string& table) { return table.empty() ? "" : html_paragraph(lead) + table; }

std::string glossary() {
  std::string html = "<dl>\n";
  for (const Term& term : kGlossary) html += fmt::format("<dt>{}</dt><dd>{}</dd>\n", escape_markup(term.word), escape_markup(term.meaning));
  return html + "</dl>\n";
}

std::string settings(const RunResults& results) {
  if (results.resolved_workload.empty()) return "";
  return html_paragraph("The workload with every default made explicit, as in workload.resolved.yaml.") +
         "<pre tabindex=\"0\" aria-label=\"resolved workload\">" + escape_markup(results.resolved_workload) + "</pre>\n";
}

}  // namespace

std::string report_html(const RunResults& results, const ManifestInfo& info) {
  const std::string title = "Programming report: " + (results.name.empty() ? "swimsim run" : results.name);
  std::string html = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, "
      "initial-scale=1\">\n<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n<main>\n",
      escape_markup(title), kReportStyle);
  html += "<h1>" + escape_markup(title) + "</h1>\n";
  html += "<p class=\"small\">" +
          escape_markup(
              fmt::format("swimsim {}, seed {}. Times and energies are simulated, not measured on a chip.", info.version, info.seed)) +
          "</p>\n";
  html += warnings(results, info);
  html += answer(results);
  html += html_section("Notes", html_list(results.notes));
  html += html_section("Results", programming_table(results));
  html += html_section(
      "Selectors compared",
      with_lead("Every trial programs the same chip with each selector (common random numbers), so the accuracies are compared "
                "trial by trial; the interval is Student's t.",
                comparison_table(results)));
  html += html_section("SWIM's loop",
                       with_lead("Verify a group of weights, test on held-out training images, stop as soon as the accuracy budget holds. "
                                 "All steps are in loop.csv.",
                                 loop_table(results)));
  html += html_section("Pictures", plot_grid(results));
  html += html_section(
      "Inference",
      with_lead("Images through the SystemC chip, trial 0 with everything verified; its codes and logits are those of the batched "
                "evaluator. Busy: share of the time that all images took, mean over the layer's tiles. All figures are in "
                "inference.csv and under Figures.",
                inference_table(results)));
  html += html_section("Layers", with_lead("All selectors and fractions are in layers.csv.", layers_table(results)));
  html += html_section(
      "Quantisation",
      with_lead("Each weight is a code times the scale of its layer or output channel; SQNR is the power of the weights over that "
                "of their rounding and clipping errors. The same figures are in quantization.csv.",
                quantization_table(results)));
  const std::string summary = summary_table(results);
  html += html_section("Figures", summary.empty() ? "" : "<div class=\"figures\">\n" + summary + "</div>\n");
  html += html_section("Settings", settings(results));
  html += html_section("Words", glossary());
  return html + "</main>\n</body>\n</html>\n";
}

}  // namespace swimsim
