# Files as tensors, without a copy.

# maps a whole file privately: count numbers of a type
def map_file(self, path: str, count: int, kind: int) -> Tensor:
  return torch.from_file(path, False, count, dtype=kind, layout=0, device=torch.device("cpu"), pin_memory=False)

# a part of a mapped file, from its element first on
def part(self, file: Tensor, first: int, count: int, shape: List[int]) -> Tensor:
  return file[first:first + count].view(shape)

def to_type(self, x: Tensor, kind: int) -> Tensor:
  return x.to(kind)

def fresh_copy(self, x: Tensor) -> Tensor:
  return torch.clone(x)

def zeros_like(self, x: Tensor) -> Tensor:
  return torch.zeros_like(x)

# a uniform draw from [-bound, bound)
def uniform(self, shape: List[int], bound: float) -> Tensor:
  return torch.uniform_(torch.empty(shape, dtype=6), torch.neg(bound), bound)
