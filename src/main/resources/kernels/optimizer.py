# Clipping and the update, over all trained tensors at once, in place.

# 2-norms, fp32; of other formats by rows, whose roundings even out, since a reduction to fp32 would copy the tensor first
def norms(self, g: List[Tensor]) -> List[Tensor]:
  if g[0].dtype == 6:
    return torch._foreach_norm(g, 2)
  out = annotate(List[Tensor], [])
  for t in g:
    out.append(torch.linalg_vector_norm(torch.linalg_vector_norm(t, 2, [-1]).to(6), 2))
  return out

# scales g to a global 2-norm of at most most; returns the norm before
def clip(self, most: float, g: List[Tensor]) -> Tensor:
  n = torch.linalg_vector_norm(torch.stack(self.norms(g)), 2)
  share = torch.clamp(torch.mul(torch.reciprocal(torch.add(n, 1.0e-6)), most), max=1.0)
  if float(share) < 1.0:
    torch._foreach_mul_(g, share)
  return n

# steps counts the updates made, one number a tensor; moments of fewer digits than p are computed in fp32, a slice at a time
def adamw(self, rate: float, beta1: float, beta2: float, epsilon: float, decay: float, p: List[Tensor], g: List[Tensor], m: List[Tensor], v: List[Tensor], steps: List[Tensor]) -> Tensor:
  none = annotate(List[Tensor], [])
  torch._foreach_add_(steps, 1)
  if m[0].dtype == p[0].dtype:
    torch._fused_adamw_(p, g, m, v, none, steps, lr=rate, beta1=beta1, beta2=beta2, weight_decay=decay, eps=epsilon, amsgrad=False, maximize=False)
    return steps[0]
  for i in range(len(p)):
    n = p[i].numel()
    at = 0
    while at < n:
      to = min(at + 1048576, n)
      ms = m[i].view([-1])[at:to]
      vs = v[i].view([-1])[at:to]
      first = ms.to(6)
      second = vs.to(6)
      torch._fused_adamw_([p[i].view([-1])[at:to]], [g[i].view([-1])[at:to]], [first], [second], none, [steps[i]], lr=rate, beta1=beta1, beta2=beta2, weight_decay=decay, eps=epsilon, amsgrad=False, maximize=False)
      ms.copy_(first)
      vs.copy_(second)
      at = to
  return steps[0]

def zero(self, g: List[Tensor]) -> Tensor:
  torch._foreach_zero_(g)
  return g[0]

# decay is a share of the weights here, no multiple of the rate; sign(0) = 0
def lionw(self, rate: float, beta1: float, beta2: float, decay: float, p: List[Tensor], g: List[Tensor], m: List[Tensor]) -> Tensor:
  for i in range(len(p)):
    first = m[i].to(g[i].dtype)
    u = torch.sign(torch.lerp(first, g[i], 1.0 - beta1))
    if decay > 0.0:
      p[i].mul_(1.0 - decay)
    p[i].add_(u, alpha=torch.neg(rate))
    first.lerp_(g[i], 1.0 - beta2)
    if first.dtype != m[i].dtype:
      m[i].copy_(first)
  return p[0]
