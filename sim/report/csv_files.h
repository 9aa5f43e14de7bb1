#pragma once

#include <string>

#include "sim/engine/results.h"

namespace swimsim {

// The text files of the result folder. Numbers are the shortest that read back equal; fields are quoted where RFC 4180 wants it.

/// A field, quoted if need be.
std::string csv_field(const std::string& text);

std::string trials_csv(const RunResults& results);
std::string programming_csv(const RunResults& results);
std::string layers_csv(const RunResults& results);
std::string inference_csv(const RunResults& results);

/// Conductance errors by target level; state is verified or unverified.
std::string quantization_csv(const RunResults& results);
std::string levels_csv(const RunResults& results);

/// One line a module of the chip; energy_J is empty where the ledger has no component of its own.
std::string modules_csv(const RunResults& results);

/// One line a word line of the chip.
std::string rows_csv(const RunResults& results);

/// One line a tile: what of which layer it holds.
std::string tiles_csv(const RunResults& results);

/// One line a tile whose layer is not in its own order: the input of each row and the output of each column, with spaces between. Empty
/// if there is none.
std::string orders_csv(const RunResults& results);

/// One line an event of the recorded cell; read_uS is empty where nothing was converted.
std::string pulse_train_csv(const RunResults& results);

/// test_accuracy is empty on steps that did not take it.
std::string loop_csv(const RunResults& results);

/// {"key": {"value": v, "unit": u, "description": d}}; a value that is not finite is null.
std::string summary_json(const RunResults& results);

}  // namespace swimsim
