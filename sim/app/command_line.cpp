#include "sim/app/command_line.h"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include "models/common/words.h"
#include "sim/app/commands.h"
#include "sim/app/exit_codes.h"

namespace swimsim {

namespace {

constexpr const char* kAbout =
    "swimsim: how many seconds and joules it takes to program a network into ReRAM or FeFET arrays, and what accuracy comes out.";

constexpr const char* kExamples = R"(Start here:
  swimsim run                          the embedded default: synthetic digits, LeNet, SWIM's pulse device; needs no download
  swimsim list workloads               what else is built in
  swimsim inspect --help               what the modules of the chip did in a run, and where its time goes
  swimsim study --help                 many workloads as one: a grid, trials until they suffice, one table
  swimsim compare --help               what differs between two results beyond noise
  swimsim train --help                 train the network of a workload and keep it as an ONNX file
  swimsim fit --help                   a card of your own device from measured pulses
  swimsim validate                     published figures beside what comes out here
  swimsim list keys                    every key of a workload, with range, default and meaning

Exit codes: 0 done, 1 validate: a figure is off, 2 your input, 3 a model left its range, 4 resources, 70 a bug in swimsim, 130 interrupted.)";

constexpr const char* kRunExamples = R"(Examples:
  swimsim run
  swimsim run lenet_mnist --data ~/data --set device.set.sigma_before=0.2 --out results/sigma02
  swimsim run my.yaml --set network.onnx=mine.onnx --set "selection.selectors=[swim, magnitude]" --trace

WORKLOAD is a YAML file, or the name of a built-in workload (swimsim list workloads). Paths in it are relative to the file, then to
the data and the model folder. The result folder holds report.html, the CSV files and manifest.json, which is written last.
Trained networks are kept in $SWIMSIM_CACHE, else in ~/.cache/swimsim.)";

constexpr const char* kStudyExamples = R"(Examples:
  swimsim study smoke
  swimsim study swim_table --data ~/data --out results/table --trials 3000
  swimsim study my_study.yaml --list
  swimsim study my_study.yaml --out shared/folder --point 3       on one machine of many; then, when all are done:
  swimsim study my_study.yaml --out shared/folder --collect

STUDY is a YAML file, or the name of a built-in study (swimsim list studies). Kill it at any moment: the same command goes on without
losing or repeating a finished programming and ends in the same bytes. docs/studies.md says more.)";

constexpr const char* kTrainExamples = R"(Examples:
  swimsim train lenet_mnist --data ~/data --out trained
  swimsim train my.yaml --set network.train.epochs=20 --set network.train.optimizer=sgd --set network.train.schedule=one_cycle
  swimsim run my.yaml --set network.onnx=trained/network.onnx       in a workload with network: {onnx: ...} and no train

The folder holds network.onnx (float weights), training.csv (loss and accuracy of each epoch), summary.json and manifest.json, which
is written last. Ctrl-C, or a machine that goes down, leaves training.checkpoint there: the same command goes on from it and ends in
the same bytes. docs/training.md says more.)";

constexpr const char* kCheckExamples = R"(Examples:
  swimsim check my.yaml
  swimsim check lenet_glyphs --resolved > my.yaml     a starting point with every key spelled out)";

constexpr const char* kFitExamples = R"(Examples:
  swimsim fit my_device.csv --kernel K2
  swimsim fit sweep.csv --kernel K1 --name reram_mine --out cards

MEASURED.csv has a line of column names and a row for each pulse, in the order in which they were given:
  pulse,polarity,voltage_V,width_s,conductance_uS
  0,none,,,1.20                  a reading before the first pulse (may be left out)
  1,SET,1.4,1e-6,1.85
  2,SET,1.4,1e-6,                not read: the pulse still counts
  3,RESET,1.6,1e-6,0.93
Units stand in the names (voltage_mV, width_ns, conductance_nS); polarity is SET, RESET, LTP, LTD, +1 or -1, and the sign of the
volts is not looked at. Columns 'device' and 'run' tell devices and repeated sweeps apart; other columns are left alone.

K1 (neurosim) is a curve in the number of equal pulses; K2 (soft_bound) knows the volts and the pulse width. Written are NAME.yaml, a
card to be used as `device: {card: NAME.yaml}`, and NAME.svg; what the data does not tell is named and stands in the card as
illustrative. docs/fitting.md says more.)";

constexpr const char* kValidateExamples = R"(Examples:
  swimsim validate
  swimsim validate --row 1 --row 12 --data ~/data --csv validation.csv

Kinds: C the card was fitted to this number (a regression test, no evidence), U identity of a formula, H held out, T trend only.
Exit code 1: a figure lies outside what is accepted and no reason is known. Known failures are shown, with the reason.
docs/validation.md says how much evidence the table is.)";

constexpr const char* kInspectExamples = R"(Examples:
  swimsim inspect results/lenet_glyphs
  swimsim inspect results/lenet_glyphs --tile 6 --depth 3 --svg tile6.svg
  swimsim inspect results/lenet_glyphs --json > chip.json

RESULT is a folder that 'swimsim run' wrote. Shown is the first trial with everything verified: what each module of the chip was busy
with, its share of the programming time, its energy and its events, the busiest tiles first; where the time of the controllers goes; the
slowest rows and cells. Cells and the heat map need cells.h5, which a run keeps up to a million cells or with results.cells: yes.
docs/inspect.md says what the figures mean.)";

constexpr const char* kCompareExamples = R"(Example:
  swimsim compare results/lenet_mnist results/lenet_mnist_wide

A and B are folders that 'swimsim run' wrote. Shown are the settings that are not the same, and the points (selector and fraction) whose
accuracy, time, energy, NWC, pulses, reads or failed cells differ by more than their trials scatter: trial by trial where the seeds are the same, and
with 5 % for a false alarm in the whole table.)";

constexpr const char* kProcesses = "processes that work at the same time; does not change a result [all cores]";

void add_workload_options(CLI::App& command, WorkloadArguments& arguments, bool required, const char* threads = kProcesses,
                          const char* name = "WORKLOAD", const char* what = "workload file, or name of a built-in workload") {
  auto* workload = command.add_option(name, arguments.workload, what);
  if (required)
    workload->required();
  else
    workload->capture_default_str();
  command.add_option("--set", arguments.settings, "set a key over what the workload says; can be repeated, the last one holds")
      ->type_name("KEY.PATH=VALUE")
      ->expected(1)
      ->take_all();
  command.add_option("--seed", arguments.seed, "the same as --set seed=N")->type_name("N");
  command.add_option("--threads", arguments.threads, threads)->type_name("N")->check(CLI::Range(1, 4096));
  command.add_option("--data", arguments.data_folder, "folder with the data sets")->type_name("DIR")->envname("SWIMSIM_DATA");
  command.add_option("--models", arguments.model_folder, "folder with ONNX files")->type_name("DIR")->envname("SWIMSIM_MODELS");
}

/// The option that the user may have meant.
std::string hint(const CLI::App& app, int argc, char** argv) {
  const CLI::App* chosen = &app;
  for (const CLI::App* command : app.get_subcommands({})) {
    if (command->parsed()) chosen = command;
  }
  std::vector<std::string> flags;
  for (const CLI::Option* option : chosen->get_options()) {
    for (const std::string& name : option->get_lnames()) flags.push_back("--" + name);
  }
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    const std::string name = argument.substr(0, argument.find('='));
    const bool known = std::find(flags.begin(), flags.end(), name) != flags.end();
    if (name.compare(0, 2, "--") != 0 || known) continue;
    const std::string nearest = nearest_word(name, flags);
    if (!nearest.empty()) return fmt::format("; did you mean '{}'?", nearest);
  }
  return {};
}

int refuse_arguments(const CLI::App& app, const CLI::ParseError& error, int argc, char** argv) {
  std::vector<std::string> commands;
  for (const CLI::App* command : app.get_subcommands({})) commands.push_back(command->get_name());
  if (argc > 1 && argv[1][0] != '-' && std::find(commands.begin(), commands.end(), argv[1]) == commands.end()) {
    fmt::print(stderr, "swimsim: unknown command '{}'{}\nRun 'swimsim --help'.\n", argv[1], suggestion(argv[1], commands));
    return kExitInput;
  }
  fmt::print(stderr, "swimsim: {}{}\nRun 'swimsim --help', or 'swimsim COMMAND --help'.\n", error.what(), hint(app, argc, argv));
  return kExitInput;
}

}  // namespace

int run_command_line(int argc, char** argv) {
  CLI::App app{kAbout, "swimsim"};
  app.footer(kExamples);
  app.set_version_flag("--version", version_text, "version, compiler, instruction set and libraries");
  app.require_subcommand(1);
  app.get_formatter()->column_width(36);

  RunArguments run;
  CLI::App* run_app = app.add_subcommand("run", "run a workload and write a result folder");
  add_workload_options(*run_app, run, false);
  run_app->add_option("--out", run.out, "result folder [results/NAME]")->type_name("DIR");
  run_app->add_flag("--trace", run.trace,
                    "write trace.vcd and trace.gtkw: the workload's trace window, or tile 0, row 0, columns 0..15, 0 to 20 us");
  run_app->add_flag("--force", run.force, "write into a folder that holds something else");
  run_app->footer(kRunExamples);

  StudyArguments study;
  CLI::App* study_app = app.add_subcommand("study", "run a grid of workloads and write one table");
  add_workload_options(*study_app, study, true, kProcesses, "STUDY", "study file, or name of a built-in study");
  study_app->add_option("--out", study.out, "folder of the study [results/NAME]")->type_name("DIR");
  study_app->add_option("--trials", study.trials, "largest number of trials of a point, in place of the study's")
      ->type_name("N")
      ->check(CLI::Range(1, 1'000'000));
  study_app->add_option("--point", study.points, "only this point, and no tables; can be repeated")
      ->type_name("N")
      ->expected(1)
      ->take_all();
  study_app->add_flag("--collect", study.collect, "only write the tables, of the points that are finished");
  study_app->add_flag("--list", study.list, "only list the points, with what they set and about how long they take");
  study_app->add_flag("--force", study.force, "write into a folder that holds something else");
  study_app->footer(kStudyExamples);

  TrainArguments train;
  CLI::App* train_app = app.add_subcommand("train", "train the network of a workload, write it as ONNX");
  add_workload_options(*train_app, train, true, "threads, 4 at most; does not change a result [all cores]");
  train_app->add_option("--out", train.out, "folder of network.onnx [results/NAME-trained]")->type_name("DIR");
  train_app->add_option("--checkpoint", train.checkpoint_every_s, "wall time between two checkpoints [20]")
      ->type_name("SECONDS")
      ->check(CLI::Range(0.0, 1e6));
  train_app->add_flag("--force", train.force, "write into a folder that holds something else, drop a checkpoint of other settings");
  train_app->footer(kTrainExamples);

  CheckArguments check;
  CLI::App* check_app = app.add_subcommand("check", "validate a workload, estimate run time and memory, run nothing");
  add_workload_options(*check_app, check, true);
  check_app->add_flag("--resolved", check.resolved, "print the workload with every default explicit");
  check_app->footer(kCheckExamples);

  FitArguments fit;
  CLI::App* fit_app = app.add_subcommand("fit", "fit a card of your own device to measured pulses");
  fit_app->add_option("MEASURED", fit.data, "CSV file of pulses and conductances")->required()->type_name("");
  fit_app->add_option("--kernel", fit.kernel, "K1 (neurosim) or K2 (soft_bound)")->required()->type_name("KERNEL");
  fit_app->add_option("--out", fit.out, "folder of the card and the plot [.]")->type_name("DIR");
  fit_app->add_option("--name", fit.name, "name of the card and its files [that of the data]")->type_name("NAME");
  fit_app->add_flag("--force", fit.force, "write over files that are there");
  fit_app->footer(kFitExamples);

  ValidateArguments validate;
  CLI::App* validate_app = app.add_subcommand("validate", "hold the simulator against published figures");
  validate_app->add_option("--row", validate.rows, "only this row of the table; can be repeated")->type_name("N")->expected(1)->take_all();
  validate_app->add_option("--csv", validate.csv, "write the table as CSV")->type_name("FILE");
  validate_app->add_option("--markdown", validate.markdown, "write the table as Markdown")->type_name("FILE");
  validate_app->add_option("--seed", validate.seed, "of all draws [1]")->type_name("N");
  validate_app->add_option("--data", validate.data_folder, "folder with the data sets")->type_name("DIR")->envname("SWIMSIM_DATA");
  validate_app->footer(kValidateExamples);

  InspectArguments inspect;
  CLI::App* inspect_app = app.add_subcommand("inspect", "what the modules of the chip did in a run, and where its time goes");
  inspect_app->add_option("RESULT", inspect.result, "result folder of swimsim run")->required()->type_name("");
  inspect_app->add_option("--tile", inspect.tile, "only this tile [all, the busiest first]")->type_name("N")->check(CLI::NonNegativeNumber);
  inspect_app
      ->add_option("--depth", inspect.depth, "0 chip, 1 tiles [that], 2 their modules [of one tile], 3 states of their controllers [JSON]")
      ->type_name("N")
      ->check(CLI::Range(0, 3));
  inspect_app->add_option("--top", inspect.top, "so many tiles, rows and cells [5]")->type_name("N")->check(CLI::Range(0, 1'000'000));
  inspect_app->add_option("--svg", inspect.svg, "write a heat map of pulses per cell: of the tile, or of the busiest")->type_name("FILE");
  inspect_app->add_flag("--json", inspect.json, "print the figures as JSON, with units and descriptions");
  inspect_app->footer(kInspectExamples);

  CompareArguments compare;
  CLI::App* compare_app = app.add_subcommand("compare", "what differs between two results beyond noise");
  compare_app->add_option("A", compare.a, "result folder of swimsim run")->required()->type_name("");
  compare_app->add_option("B", compare.b, "another one")->required()->type_name("");
  compare_app->add_flag("--all", compare.all, "show what does not differ too");
  compare_app->footer(kCompareExamples);

  std::string topic;
  CLI::App* list_app = app.add_subcommand("list", "list what is built in");
  list_app->add_option("WHAT", topic, joined(list_topics()))->required()->type_name("");
  list_app->footer("Example:\n  swimsim list devices");

  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {
    return run_guarded([&] { return app.exit(success); });
  } catch (const CLI::ParseError& error) {
    return refuse_arguments(app, error, argc, argv);
  }
  return run_guarded([&] {
    if (run_app->parsed()) return run_command(run);
    if (study_app->parsed()) return study_command(study);
    if (train_app->parsed()) return train_command(train);
    if (check_app->parsed()) return check_command(check);
    if (fit_app->parsed()) return fit_command(fit);
    if (validate_app->parsed()) return validate_command(validate);
    if (inspect_app->parsed()) return inspect_command(inspect);
    if (compare_app->parsed()) return compare_command(compare);
    return list_command(topic);
  });
}

}  // namespace swimsim
