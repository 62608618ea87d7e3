# Singular values by eigenvalues of the smaller Gram matrix. Matrices w are (out, in); k is the smaller side.

def change(self, w: Tensor, finetuned: Tensor) -> Tensor:
  return torch.sub(finetuned.to(6), w.to(6))

# 2-norm of all numbers: (1)
def norm(self, w: Tensor) -> Tensor:
  return torch.linalg_vector_norm(w.to(6)).to(7).view([1])

# (k, k), of whose upper half the eigenvalues ask nothing: in four strips, each from the diagonal down
def gram(self, w: Tensor) -> Tensor:
  x = w.t() if w.size(0) > w.size(1) else w  # (k, larger side)
  k = x.size(0)
  g = torch.zeros([k, k], dtype=x.dtype, device=x.device)
  strip = (k + 3) // 4
  for i in range(4):
    first = min(k, i * strip)
    last = min(k, first + strip)
    if first < last:
      torch.mm(x[first:], x[first:last].t(), out=g[first:, first:last])
  return g

# eigenvalues in ascending order as singular values in descending order, fp64: (k)
def roots(self, l: Tensor) -> Tensor:
  return torch.sqrt(torch.clamp(torch.flip(l.to(7), [0]), 0))

def values(self, w: Tensor) -> Tensor:
  return self.roots(torch.linalg_eigvalsh(self.gram(w.to(6))))

def exact_values(self, w: Tensor) -> Tensor:
  return self.roots(torch.linalg_eigvalsh(self.gram(w.to(7))))

# singular values of scale * B A, A (rank, in) and B (out, rank): those of their triangles' product, fp64: (min(rank, k))
def values_of_product(self, a: Tensor, b: Tensor, scale: float) -> Tensor:
  q, left, = torch.linalg_qr(b.to(7), "r")
  p, right, = torch.linalg_qr(a.to(7).t(), "r")
  return torch.mul(torch.linalg_svdvals(torch.mm(left, right.t())), scale)

# singular values of both (k), and the largest |cosine| of each of the first left vectors of the finetuned w with any left vector of w (top);
# the vectors of w's tail need fp64, the first ones of the finetuned w do not
def cosines(self, w: Tensor, finetuned: Tensor, top: int) -> List[Tensor]:
  x = w.to(7)
  y = finetuned.to(6)
  l, v, = torch.linalg_eigh(self.gram(x))
  m, u, = torch.linalg_eigh(self.gram(y))
  first = torch.flip(u[:, -top:], [1])
  if w.size(0) > w.size(1):
    left = torch.mm(y, first).to(7)  # (out, top)
    left = torch.div(left, torch.linalg_vector_norm(left, 2, [0], True))
    # of w = U S V' the cosines are S^-1 V' w' left; what w maps to nothing has no left vector
    s = torch.sqrt(torch.maximum(l, torch.mul(l[-1], 1e-14)))
    c = torch.div(torch.mm(v.t(), torch.mm(x.t(), left)), s.unsqueeze(1))
  else:
    c = torch.mm(v.t(), first.to(7))
  return [self.roots(l), self.roots(m), torch.amax(torch.abs(c), [0])]
