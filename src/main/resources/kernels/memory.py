# Files as tensors, without a copy.

# maps a whole file privately: count numbers of a type
def map_file(self, path: str, count: int, kind: int) -> Tensor:
  return torch.from_file(path, False, count, dtype=kind, layout=0, device=torch.device("cpu"), pin_memory=False)

# a part of a mapped file, from its element first on
def part(self, file: Tensor, first: int, count: int, shape: List[int]) -> Tensor:
  return file[first:first + count].view(shape)

# on a device, by its name; x itself where it lies there
def placed(self, x: Tensor, device: str) -> Tensor:
  return x.to(torch.device(device))

def to_type(self, x: Tensor, kind: int) -> Tensor:
  return x.to(kind)

def fresh_copy(self, x: Tensor) -> Tensor:
  return torch.clone(x)

def zeros_like(self, x: Tensor) -> Tensor:
  return torch.zeros_like(x)

# a uniform draw from [-bound, bound), by the processor's generator
def uniform(self, shape: List[int], bound: float) -> Tensor:
  return torch.uniform_(torch.empty(shape, dtype=6, device=torch.device("cpu")), torch.neg(bound), bound)

def copy_into(self, targets: List[Tensor], sources: List[Tensor]) -> Tensor:
  torch._foreach_copy_(targets, sources)
  return targets[0]

# squared 2-norms of rows, fp32
def row_squares(self, w: Tensor) -> Tensor:
  x = w.to(6)
  return torch.sum(torch.mul(x, x), [1])

def row_norms(self, w: Tensor) -> Tensor:
  return torch.linalg_vector_norm(w.to(6), 2, [1])

def fresh_floats(self, x: Tensor) -> Tensor:
  return torch.empty(x.size(), dtype=6, device=x.device).copy_(x)

def add_product(self, target: Tensor, left: Tensor, right: Tensor, scale: float) -> Tensor:
  return target.copy_(torch.addmm(target.to(6), left, right, beta=1, alpha=scale))

def set_row_norms(self, w: Tensor, norms: Tensor) -> Tensor:
  return w.mul_(torch.div(norms, self.row_norms(w)).unsqueeze(1))

# scale * B A is the best approximation of that rank: A = sqrt(S / scale) V^T, B = U sqrt(S / scale)
def largest_factors(self, w: Tensor, rank: int, scale: float) -> List[Tensor]:
  u, s, vh, = torch.linalg_svd(w.to(6), False)
  root = torch.sqrt(torch.div(s[:rank], scale))
  return [torch.mul(vh[:rank], root.unsqueeze(1)).contiguous(), torch.mul(u[:, :rank], root).contiguous()]

def joined(self, a: Tensor, b: Tensor, axis: int, factor: float) -> Tensor:
  return torch.cat([a, torch.mul(b, factor)], axis)

def half(self, both: Tensor, axis: int, which: int, factor: float) -> Tensor:
  n = both.size(axis) // 2
  return torch.mul(torch.narrow(both, axis, which * n, n), factor).contiguous()
