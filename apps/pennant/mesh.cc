// Numbers of zones and points, and how many of them the modelled problem has.

#include <algorithm>
#include <cmath>

#include "pennant.h"

using namespace Legion;

namespace pennant {

namespace {

std::vector<int64_t> blocks(int64_t zones, int64_t count)
{
  std::vector<int64_t> ends;
  for (int64_t i = 0; i <= count; i++) ends.push_back(i * zones / count);
  return ends;
}

// The block of a zone, or of the point at its upper right; points at the very start are in the
// first one as well.
int64_t block_of(const std::vector<int64_t>& ends, int64_t zone)
{
  if (zone < 0) return 0;
  return std::upper_bound(ends.begin(), ends.end(), zone) - ends.begin() - 1;
}

bool is_cut(const std::vector<int64_t>& ends, int64_t at)
{
  return at > 0 && at < ends.back() && std::binary_search(ends.begin(), ends.end(), at);
}

}  // namespace

bool Mesh::cut_x(int64_t x) const { return is_cut(xs_, x); }
bool Mesh::cut_y(int64_t y) const { return is_cut(ys_, y); }

Mesh::Mesh(const Config& config)
    : xs_(blocks(config.nzx, config.numpcx)), ys_(blocks(config.nzy, config.numpcy))
{
  int64_t zones = 0;
  for (int64_t j = 0; j < config.numpcy; j++) {
    for (int64_t i = 0; i < config.numpcx; i++) {
      Piece p = {};
      p.x0 = xs_[i], p.x1 = xs_[i + 1], p.y0 = ys_[j], p.y1 = ys_[j + 1];
      p.px0 = p.x0 + (i > 0), p.px1 = p.x1, p.py0 = p.y0 + (j > 0), p.py1 = p.y1;
      p.right = i + 1 < config.numpcx, p.above = j + 1 < config.numpcy;
      const int64_t own = (p.x1 - p.x0) * (p.y1 - p.y0);
      const int64_t privates = (p.px1 - p.px0 + !p.right) * (p.py1 - p.py0 + !p.above);
      p.zones = Rect<1>(zones, zones + own - 1);
      p.privates = Rect<1>(private_points_, private_points_ + privates - 1);
      zones += own;
      private_points_ += privates;
      pieces_.push_back(p);
    }
  }
  int64_t first = private_points_;
  for (Piece& p : pieces_) {
    const int64_t all = (p.px1 - p.px0 + 1) * (p.py1 - p.py0 + 1);
    const int64_t shared = all - static_cast<int64_t>(p.privates.volume());
    p.shared = Rect<1>(first, first + shared - 1);
    first += shared;
  }
}

int64_t Mesh::zone(int64_t x, int64_t y) const
{
  const int64_t columns = xs_.size() - 1;
  const Piece& p = pieces_[block_of(ys_, y) * columns + block_of(xs_, x)];
  return p.zones.lo[0] + (y - p.y0) * (p.x1 - p.x0) + x - p.x0;
}

int64_t Mesh::point(int64_t x, int64_t y) const
{
  const int64_t columns = xs_.size() - 1;
  const Piece& p = pieces_[block_of(ys_, y - 1) * columns + block_of(xs_, x - 1)];
  const int64_t width = p.px1 - p.px0 + 1;
  // Shared are the uppermost row and the rightmost column, unless the mesh ends there.
  if (p.above && y == p.py1) return p.shared.lo[0] + x - p.px0;
  if (p.right && x == p.px1) return p.shared.lo[0] + p.above * width + y - p.py0;
  return p.privates.lo[0] + (y - p.py0) * (width - p.right) + x - p.px0;
}

std::vector<Rect<1>> Mesh::ghosts(const Piece& p) const
{
  std::vector<int64_t> numbers;
  for (int64_t y = p.y0; y <= p.y1; y++) {
    const int64_t step = cut_y(y) ? 1 : p.x1 - p.x0;  // a whole row, or its two ends
    for (int64_t x = p.x0; x <= p.x1; x += step)
      if (cut_y(y) || cut_x(x)) numbers.push_back(point(x, y));
  }
  std::sort(numbers.begin(), numbers.end());
  std::vector<Rect<1>> ranges;
  for (const int64_t number : numbers) {
    if (ranges.empty() || ranges.back().hi[0] + 1 != number)
      ranges.push_back(Rect<1>(number, number));
    ranges.back().hi[0] = number;
  }
  return ranges;
}

Args modelled_args(const Config& config, bool shared)
{
  // A zone stands for as many zones in x as in y, so cuts become longer by the root of the scale.
  const double finer = std::sqrt(config.data_scale);
  const double along_x = finer * config.nzx + 1, along_y = finer * config.nzy + 1;
  const double cuts_x = config.numpcx - 1, cuts_y = config.numpcy - 1;
  const double on_cuts = cuts_x * along_y + cuts_y * along_x;
  const double owned = on_cuts - cuts_x * cuts_y;
  const double pieces = config.npieces;
  Args args = {config.problem, {}};
  args.count[ZONES] = config.data_scale * config.zones() / pieces;
  args.count[SIDES] = CORNERS * args.count[ZONES];
  args.count[PRIVATES] = (along_x * along_y - owned) / pieces;
  args.count[GHOSTS] = 2 * on_cuts / pieces;  // pieces on both sides of a cut see its points
  args.count[POINTS] = shared ? owned / pieces : args.count[PRIVATES];
  return args;
}

}  // namespace pennant
