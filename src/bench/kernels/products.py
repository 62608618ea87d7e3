# Matrix products alone, again and again, as a training step makes them.

# x [n, in], w [out, in]: y = x w'
def forward(self, times: int, x: Tensor, w: Tensor) -> Tensor:
  y = self.linear(x, w)
  for i in range(times):
    y = self.linear(x, w)
  return y

# dy [n, out]: dx = dy w
def input(self, times: int, dy: Tensor, w: Tensor) -> Tensor:
  dx = self.linear_back(dy, w)
  for i in range(times):
    dx = self.linear_back(dy, w)
  return dx

# dw += dy' x
def weight(self, times: int, dy: Tensor, x: Tensor) -> Tensor:
  dw = torch.mm(dy.t(), x)
  for i in range(times):
    dw.addmm_(dy.t(), x)
  return dw

def random(self, rows: int, columns: int, kind: int) -> Tensor:
  return torch.rand([rows, columns], dtype=6).to(kind)
