# Singular values by eigenvalues of the smaller Gram matrix. Matrices w are (out, in); k is the smaller side.

def change(self, w: Tensor, finetuned: Tensor) -> Tensor:
  return torch.sub(finetuned.to(6), w.to(6))

def sum(self, w: Tensor, change: Tensor) -> Tensor:
  return torch.add(w.to(6), change)

# 2-norm of all numbers, fp64: (1); by products of parts that stay in a cache, as libtorch's own norm takes six times as long
def norm(self, w: Tensor) -> Tensor:
  numbers = w.reshape([-1])
  squares = torch.zeros([1], dtype=7, device=w.device)
  for first in range(0, numbers.size(0), 524288):
    part = numbers[first:first + 524288].to(6)
    squares = torch.add(squares, torch.dot(part, part).to(7))
  return torch.sqrt(squares)

# (k, k), of which only the upper half is true: in six strips, each made from the diagonal down and then turned,
# as LAPACK takes columns without a copy's turn and the upper half is the faster one for it
def gram(self, w: Tensor) -> Tensor:
  x = w.t() if w.size(0) > w.size(1) else w  # (k, larger side)
  k = x.size(0)
  g = torch.empty([k, k], dtype=x.dtype, device=x.device)
  strip = (k + 5) // 6
  for i in range(6):
    first = min(k, i * strip)
    last = min(k, first + strip)
    if first < last:
      torch.mm(x[first:], x[first:last].t(), out=g[first:, first:last])
  return g.t()

# eigenvalues in ascending order as singular values in descending order, fp64: (k)
def roots(self, l: Tensor) -> Tensor:
  return torch.sqrt(torch.clamp(torch.flip(l.to(7), [0]), 0))

def values(self, w: Tensor) -> Tensor:
  return self.roots(torch.linalg_eigvalsh(self.gram(w), "U"))

def exact_values(self, w: Tensor) -> Tensor:
  return self.values(w.to(7))

# w's norm, for which w is read first, and the singular values of finetuned - w, NaN where it has numbers that are none: (1 + k)
def of_change(self, w: Tensor, finetuned: Tensor) -> Tensor:
  norm = self.norm(w)
  g = self.gram(self.change(w, finetuned))
  squares = float(torch.trace(g))
  if squares > 0. and squares < inf:
    values = self.roots(torch.linalg_eigvalsh(g, "U"))
  else:
    values = torch.mul(torch.diagonal(g).to(7), squares)
  return torch.cat([norm, values])

# the singular values of b a, a (rank, in) and b (out, rank) in fp64: those of their triangles' product, NaN where that has
# numbers that are none: (min(rank, k))
def of_product(self, a: Tensor, b: Tensor) -> Tensor:
  q, left, = torch.linalg_qr(b, "r")
  p, right, = torch.linalg_qr(a.t(), "r")
  product = torch.mm(left, right.t())
  if bool(torch.isfinite(torch.sum(product))):
    values = torch.linalg_svdvals(product)
  else:
    values = torch.mul(torch.diagonal(product), nan)
  return values

# the same of scale * B A
def of_factors(self, a: Tensor, b: Tensor, scale: float) -> Tensor:
  return self.of_product(a.to(7), torch.mul(b.to(7), scale))

# the same of scale * B A - otherScale * D C, which is [scale B, -otherScale D] [A; C]
def of_difference(self, a: Tensor, b: Tensor, scale: float, c: Tensor, d: Tensor, otherScale: float) -> Tensor:
  left = torch.cat([torch.mul(b.to(7), scale), torch.mul(d.to(7), torch.neg(otherScale))], 1)
  return self.of_product(torch.cat([a.to(7), c.to(7)], 0), left)

# the first left vectors of y by the eigenvectors u of its Gram matrix, fp64: (out, top)
def left_vectors(self, y: Tensor, u: Tensor, top: int) -> Tensor:
  left = torch.flip(u[:, -top:], [1])
  if y.size(0) > y.size(1):
    left = torch.mm(y, left).to(7)
    left = torch.div(left, torch.linalg_vector_norm(left, 2, [0], True))
  return left.to(7)

# the largest |cosine| of each of these left vectors with any left vector of x, by the eigenvalues l and vectors v of its Gram matrix: (top)
def alignment(self, x: Tensor, l: Tensor, v: Tensor, left: Tensor) -> Tensor:
  if x.size(0) > x.size(1):
    # of x = U S V' the cosines are S^-1 V' x' left; what x maps to nothing has no left vector
    s = torch.sqrt(torch.maximum(l, torch.mul(l[-1], 1e-14)))
    c = torch.div(torch.mm(v.t(), torch.mm(x.t(), left)), s.unsqueeze(1))
  else:
    c = torch.mm(v.t(), left)
  return torch.amax(torch.abs(c), [0])

# singular values of both (k), and the alignment of the first left vectors of the finetuned w (top);
# the vectors of w's tail need fp64, the first ones of the finetuned w do not
def cosines(self, w: Tensor, finetuned: Tensor, top: int) -> List[Tensor]:
  x = w.to(7)
  y = finetuned.to(6)
  l, v, = torch.linalg_eigh(self.gram(x), "U")
  m, u, = torch.linalg_eigh(self.gram(y), "U")
  return [self.roots(l), self.roots(m), self.alignment(x, l, v, self.left_vectors(y, u, top))]

# the finetuned w with the singular values of its intruders times scale, fp32, and how many it has: (1)
def scaled_intruders(self, w: Tensor, finetuned: Tensor, top: int, epsilon: float, scale: float) -> List[Tensor]:
  x = w.to(7)
  y = finetuned.to(7)
  l, v, = torch.linalg_eigh(self.gram(x), "U")
  m, u, = torch.linalg_eigh(self.gram(y), "U")
  left = self.left_vectors(y, u, top)
  intruders = torch.lt(self.alignment(x, l, v, left), epsilon).to(7)  # (top)
  theirs = torch.mul(torch.nan_to_num(left), intruders)  # (out, top)
  part = torch.mm(theirs, torch.mm(theirs.t(), y))
  return [torch.add(y, torch.mul(part, scale - 1.)).to(6), torch.sum(intruders).view([1])]

# the best approximation of a rank, fp32, and its share of the squared norm: (1)
def truncated(self, w: Tensor, rank: int) -> List[Tensor]:
  x = w.to(7)
  l, v, = torch.linalg_eigh(self.gram(x), "U")
  first = v[:, -rank:]
  if x.size(0) > x.size(1):
    part = torch.mm(torch.mm(x, first), first.t())
  else:
    part = torch.mm(first, torch.mm(first.t(), x))
  squares = torch.clamp(l, 0)
  return [part.to(6), torch.div(torch.sum(squares[-rank:]), torch.sum(squares)).view([1])]
