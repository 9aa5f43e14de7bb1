// The stochastic diagonal against the exact Hessian of a tiny network, which a plain double-precision one gives by finite differences.

#include "models/network/hutchinson.h"

#include <gtest/gtest.h>

#include <cmath>

#include "models/common/errors.h"
#include "tests/support/network_examples.h"

namespace swimsim {
namespace {

using namespace swimsim::testing;

constexpr std::size_t kImages = 5;
constexpr int kProbes = 2000;
const Shape kTinyInput{1, 2, 2, false};

/// All second derivatives by the max-normalised weights, by finite differences of the mean loss.
class ExactHessian {
 public:
  ExactHessian(const Network& network, const std::vector<LayerSpec>& specs, const ImageSet& images)
      : reference_(network, specs), images_(images) {
    for (std::size_t layer = 0; layer < reference_.weights.size(); ++layer) {
      for (std::size_t i = 0; i < reference_.weights[layer].size(); ++i) places_.push_back({layer, i});
      scale_.push_back(largest(reference_.weights[layer]));
    }
  }
  std::size_t size() const { return places_.size(); }
  std::pair<std::size_t, std::size_t> place(std::size_t a) const { return places_[a]; }

  double at(std::size_t a, std::size_t b) {
    return (loss(a, +1, b, +1) - loss(a, +1, b, -1) - loss(a, -1, b, +1) + loss(a, -1, b, -1)) / (4 * kStep * kStep);
  }

 private:
  static constexpr double kStep = 1e-4;

  double loss(std::size_t a, int up_a, std::size_t b, int up_b) {
    double& wa = reference_.weights[places_[a].first][places_[a].second];
    double& wb = reference_.weights[places_[b].first][places_[b].second];
    const double kept_a = wa, kept_b = wb;
    wa += up_a * kStep * scale_[places_[a].first];
    wb += up_b * kStep * scale_[places_[b].first];
    double sum = 0;
    for (std::size_t n = 0; n < kImages; ++n)
      sum += cross_entropy(reference_.forward(reference_.input(images_, plain_normalization(1), n)), images_.labels[n]);
    wb = kept_b;
    wa = kept_a;
    return sum / kImages;
  }

  ReferenceNetwork reference_;
  const ImageSet& images_;
  std::vector<std::pair<std::size_t, std::size_t>> places_;
  std::vector<double> scale_;
};

TEST(Hutchinson, EstimatesTheDiagonalOfTheExactHessian) {
  const std::vector<LayerSpec> specs{{Kind::flatten, 0, {}}, {Kind::linear, 3, {}}, {Kind::relu, 0, {}}, {Kind::linear, 3, {}}};
  const Network network = build_network(kTinyInput, specs);
  const ImageSet images = test_images(kTinyInput, kImages, 3);
  HutchinsonOptions options;
  options.probes = kProbes;
  const auto estimate = hutchinson_diagonal(network, network.all_weights(), images, plain_normalization(1), 0, kImages, options);

  ExactHessian hessian(network, specs, images);
  for (std::size_t a = 0; a < hessian.size(); ++a) {
    double variance = 0;
    for (std::size_t b = 0; b < hessian.size(); ++b) variance += a == b ? 0.0 : hessian.at(a, b) * hessian.at(a, b) / kProbes;
    const auto [layer, i] = hessian.place(a);
    EXPECT_NEAR(estimate[layer][i], hessian.at(a, a), 4.5 * std::sqrt(variance) + 1e-3) << "layer " << layer << ", weight " << i;
  }
}

TEST(Hutchinson, AgreesWithTheSecondDerivativeOfTheLastLayerWhereThatIsExact) {
  const std::vector<LayerSpec> specs{{Kind::flatten, 0, {}}, {Kind::linear, 3, {}}};
  const Network network = build_network(kTinyInput, specs);
  const ImageSet images = test_images(kTinyInput, kImages, 3);
  HutchinsonOptions options;
  options.probes = kProbes;
  const auto estimate = hutchinson_diagonal(network, network.all_weights(), images, plain_normalization(1), 0, kImages, options);
  const auto exact = second_derivative(network, network.all_weights(), {}, images, plain_normalization(1), 0, kImages);
  EXPECT_LT(relative_difference(exact[0], estimate[0]), 0.1);  // sqrt(11 / 2000) if all entries were alike
}

TEST(Hutchinson, ThreadsChangeNoBitAndTheSeedDoes) {
  const Network network = build_network(kSmallInput, small_specs());
  const ImageSet images = test_images(kSmallInput, 70, 4);
  HutchinsonOptions options;
  options.probes = 5;
  const auto run = [&] { return hutchinson_diagonal(network, network.all_weights(), images, plain_normalization(2), 0, 70, options); };
  const auto one = run();
  options.threads = 3;
  EXPECT_EQ(run(), one);
  options.seed = 2;
  EXPECT_NE(run(), one);
}

TEST(Hutchinson, NoProbeIsTheUsersMistake) {
  const Network network = build_network(kSmallInput, small_specs());
  const ImageSet images = test_images(kSmallInput, 3, 4);
  HutchinsonOptions options;
  options.probes = 0;
  EXPECT_THROW(hutchinson_diagonal(network, network.all_weights(), images, plain_normalization(2), 0, 3, options), InputError);
}

}  // namespace
}  // namespace swimsim
