#include "sim/hardware/tile.h"

namespace swimsim {

ProgrammingController::ProgrammingController(sc_core::sc_module_name name) : sc_module(name) {
  SC_METHOD(run);
  sensitive << go_;
  dont_initialize();
}

void ProgrammingController::run() {
  try {
    step();
  } catch (...) {
    error_ = std::current_exception();
    if (on_error) on_error();
  }
}

void ProgrammingController::start(std::size_t slot, const TileWork& work, std::int64_t work_left) {
  slot_ = slot;
  work_ = work;
  work_left_ = work_left;
  go_.notify(sc_core::SC_ZERO_TIME);
}

void ProgrammingController::pause(bool paused) {
  paused_ = paused;
  if (!paused) resume_.notify(sc_core::SC_ZERO_TIME);
}

void ProgrammingController::step() {
  if (current_ == Current::granted) {  // the write is over
    write_current->release(slot_);
    current_ = Current::none;
  }
  if (machine_->done()) {
    wl_en.write(false);
    enter(ControllerState::idle);
    done_.notify(sc_core::SC_ZERO_TIME);
    return;  // waits for the next start()
  }
  if (paused_) {
    next_trigger(resume_);
    return;
  }
  if (waits_for_current()) return;
  woken_ps_ = static_cast<std::int64_t>(sc_core::sc_time_stamp().value());
  busy_at_wake_ps_ = machine_->busy_ps();
  const std::int64_t wait_ps = on_state ? machine_->step() : write_current.size() > 0 ? machine_->stride_to_write() : machine_->stride();
  enter(machine_->state());
  next_trigger(sc_core::sc_time::from_value(static_cast<std::uint64_t>(wait_ps)));
}

/// Asks for what the next state draws and waits until it may begin.
bool ProgrammingController::waits_for_current() {
  if (write_current.size() == 0) return false;
  if (current_ == Current::asked) {
    current_ = Current::granted;
    return false;
  }
  const std::int64_t current_nA = machine_->next_write_nA();
  if (current_nA == 0) return false;
  const std::int64_t rows = machine_->rows(), rows_left = rows - machine_->row();
  write_current->request({slot_, current_nA, work_left_ + work_.weight * rows_left / rows});
  current_ = Current::asked;
  enter(ControllerState::wait_current);
  next_trigger(write_current->granted(slot_));
  return true;
}

void ProgrammingController::enter(ControllerState entered) {
  state.write(static_cast<int>(entered));
  if (on_state) on_state(static_cast<std::int64_t>(sc_core::sc_time_stamp().value()), entered);
}

void ProgrammingController::select_row(int selected) {
  row_ = selected;
  row.write(selected);
  wl_en.write(true);
}

void ProgrammingController::read(const RowCells& cells, std::uint32_t event, double since_pulse_s) {
  mux->bias(row_, cells, event, since_pulse_s, now_ps());
}

bool ProgrammingController::convert(const RowCells& cells, std::size_t first, std::size_t count) {
  const std::int64_t begin_ps = now_ps();
  sample->sample(first, count, begin_ps);
  return adc->convert(cells, first, count, begin_ps);
}

Tile::Tile(sc_core::sc_module_name name, TileArray& array, const TileController::Options& options)
    : sc_module(name),
      adc("adc", array, options),
      array_(&array),
      row_decoder_("row_decoder", array.rows()),
      crossbar_("crossbar", array, options.timing.row_settle_ps),
      write_drivers_("write_drivers", options.timing, options.erase_by_row),
      mux_("mux", array.lanes(), options.timing.read_settle_ps),
      sample_hold_("sample_hold", array.lanes()) {
  controller.state(state_);
  controller.row(row_);
  controller.wl_en(wl_en_);
  controller.write(write_drivers_);
  controller.mux(mux_);
  controller.sample(sample_hold_);
  controller.adc(adc);
  row_decoder_.wl_en(wl_en_);
  row_decoder_.row(row_);
  crossbar_.word_lines(row_decoder_);
  write_drivers_.crossbar(crossbar_);
  mux_.crossbar(crossbar_);
  sample_hold_.mux(mux_);
  adc.input(sample_hold_);
}

InferenceParts::InferenceParts(const ArrayLayer& layer, const InferenceJob& job, int rows, int cols)
    : input_register("input_register", rows),
      word_line_dacs("word_line_dacs", rows),
      shift_add("shift_add", cols),
      controller("inference_controller", layer, job.costs, job.network->options().column_mux) {}

Tile::Tile(sc_core::sc_module_name name, TileArray& array, const TileController::Options& options, const ArrayLayer& layer,
           const InferenceJob& job)
    : Tile(name, array, options) {
  inference_ = std::make_unique<InferenceParts>(layer, job, array.rows(), array.cols());
  inference_->word_line_dacs.input(inference_->input_register);
  inference_->word_line_dacs.crossbar(crossbar_);
  sample_hold_.crossbar(crossbar_);
  adc.sums(sample_hold_);
  inference_->controller.input(inference_->input_register);
  inference_->controller.dacs(inference_->word_line_dacs);
  inference_->controller.sample(sample_hold_);
  inference_->controller.adc(adc);
  inference_->controller.shift_add(inference_->shift_add);
}

void Tile::hold(const ProgrammedTile& cells, bool noisy, float noise_scale) {
  crossbar_.hold(cells, noisy, noise_scale);
  sample_hold_.hold(cells);
  adc.hold(cells);
}

}  // namespace swimsim
