# Files as tensors, without a copy.

# maps a whole file privately as numbers of a type; path holds code points, shape the count and the type
def map_file(self, path: Tensor, shape: Tensor) -> Tensor:
  torch.set_grad_enabled(False)
  name = ""
  for i in range(path.size(0)):
    name = name + torch.chr(int(path[i]))
  return torch.from_file(name, False, int(shape[0]), dtype=int(shape[1]), layout=0, device=torch.device("cpu"), pin_memory=False)

# a part of a mapped file: the first element, then the dimensions
def part(self, file: Tensor, place: Tensor) -> Tensor:
  torch.set_grad_enabled(False)
  dims = annotate(List[int], [])
  n = 1
  for i in range(place.size(0) - 1):
    d = int(place[i + 1])
    dims.append(d)
    n = n * d
  begin = int(place[0])
  return file[begin:begin + n].view(dims)

def to_type(self, x: Tensor, kind: Tensor) -> Tensor:
  torch.set_grad_enabled(False)
  return x.to(int(kind))

def fresh_copy(self, x: Tensor) -> Tensor:
  torch.set_grad_enabled(False)
  return torch.clone(x)

def zeros_like(self, x: Tensor) -> Tensor:
  torch.set_grad_enabled(False)
  return torch.zeros_like(x)

# a uniform draw from [-bound, bound)
def uniform(self, x: Tensor, bound: Tensor) -> Tensor:
  torch.set_grad_enabled(False)
  return torch.uniform_(torch.empty_like(x), torch.neg(float(bound)), float(bound))
