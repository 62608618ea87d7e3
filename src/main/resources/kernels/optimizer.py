# Clipping and the update, over all trained tensors at once, in place.

# scales g to a global 2-norm of at most most; returns the norm before
def clip(self, most: Tensor, g: List[Tensor]) -> Tensor:
  torch.set_grad_enabled(False)
  n = torch.linalg_vector_norm(torch.stack(torch._foreach_norm(g, 2)), 2)
  torch._foreach_mul_(g, torch.clamp(torch.div(most, torch.add(n, 1.0e-6)), max=1.0))
  return n

# h: rate, beta1, beta2, epsilon, decay as doubles; steps counts the updates made, one number a tensor
def adamw(self, h: Tensor, p: List[Tensor], g: List[Tensor], m: List[Tensor], v: List[Tensor], steps: List[Tensor]) -> Tensor:
  torch.set_grad_enabled(False)
  torch._foreach_add_(steps, 1)
  torch._fused_adamw_(p, g, m, v, annotate(List[Tensor], []), steps, lr=float(h[0]), beta1=float(h[1]), beta2=float(h[2]), weight_decay=float(h[4]), eps=float(h[3]), amsgrad=False, maximize=False)
  return h

def zero(self, g: List[Tensor]) -> Tensor:
  torch.set_grad_enabled(False)
  torch._foreach_zero_(g)
  return g[0]
