# For KernelsTests: one method that reads a constant of each type.

def changed(self, x: Tensor) -> Tensor:
  y = torch.add(torch.mul(x, self.factor), self.count)
  return torch.neg(y) if self.negative else y
