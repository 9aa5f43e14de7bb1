#include "models/inference/array_evaluator.h"

#include <fmt/format.h>

#include <algorithm>

#include "models/common/errors.h"
#include "models/network/evaluator.h"
#include "models/network/loss.h"

namespace swimsim {

ArrayEvaluator::ArrayEvaluator(const ArrayNetwork& network, std::int64_t batch)
    : network_(&network), runner_(network, batch > 0 ? batch : evaluation_batch(network.network())) {}

template <typename Use>
void ArrayEvaluator::run(const ProgrammedArray& array, const ImageSet& images, std::size_t first, std::size_t count,
                         const ObserveCodes& observe, const Use& use) {
  check_images_fit(network_->network(), images, network_->normalization());
  if (first > images.count() || count > images.count() - first)
    throw InputError(fmt::format("images {} to {} are wanted, the data set has {}", first, first + count, images.count()));
  BatchedReads reads(*network_, array);
  const auto batch = static_cast<std::size_t>(runner_.batch());
  for (std::size_t done = 0; done < count; done += batch) {
    const auto part = static_cast<std::int64_t>(std::min(batch, count - done));
    const float* logits = runner_.run(images, first + done, part,
                                      [&](const ArrayLayer& layer, const float* inputs, std::size_t first_image, std::int64_t some,
                                          float* outputs) { reads.run(layer, inputs, first_image, some, outputs, observe); });
    use(logits, images.labels.data() + first + done, part);
  }
}

double ArrayEvaluator::accuracy(const ProgrammedArray& array, const ImageSet& images, std::size_t first, std::size_t count) {
  std::int64_t correct = 0;
  const std::int64_t classes = network_->network().classes();
  run(array, images, first, count, {}, [&](const float* logits, const std::uint8_t* labels, std::int64_t part) {
    correct += correct_of_batch(logits, labels, part, classes);
  });
  return count == 0 ? 0.0 : static_cast<double>(correct) / static_cast<double>(count);
}

std::vector<float> ArrayEvaluator::logits(const ProgrammedArray& array, const ImageSet& images, std::size_t first, std::size_t count,
                                          const ObserveCodes& observe) {
  std::vector<float> all;
  const std::int64_t classes = network_->network().classes();
  run(array, images, first, count, observe,
      [&](const float* logits, const std::uint8_t*, std::int64_t part) { all.insert(all.end(), logits, logits + part * classes); });
  return all;
}

}  // namespace swimsim
