"""The tasks on curvature by matrices, answered anew."""

import numpy as np
import torch


def taught_by_the_matrix(frequencies, lr):
    """Makes the gradient, and levels it by its decomposition."""
    p = torch.tensor(frequencies, dtype=torch.float64)
    step = torch.diag(p)
    U, S, Vh = torch.linalg.svd(step)
    return [lr * float(S.min()), float((lr * U @ Vh)[-1, -1])]


def kfac_in_numpy(slope, A, G):
    return -np.linalg.solve(G, np.linalg.solve(A, slope.numpy().T).T)


def kfac_by_cholesky(slope, A, G):
    left, right = torch.linalg.cholesky(G), torch.linalg.cholesky(A)
    return torch.cholesky_solve(torch.cholesky_solve(slope, left).mT.neg(), right).mT


def kfac_by_eigenvectors(slope, A, G):
    (a, U), (g, V) = torch.linalg.eigh(A), torch.linalg.eigh(G)
    return V @ (-(V.T @ slope @ U) / torch.outer(g, a)) @ U.T


def level_in_place(matrix, steps=5, eps=1e-7):
    """As torch.optim.Muon does it, without its cast to bfloat16."""
    a, b, c = (3.4445, -4.7750, 2.0315)
    X = matrix.clone()
    X.div_(X.norm().clamp(min=eps))
    for _ in range(steps):
        A = X @ X.T
        B = torch.addmm(A, A, A, beta=b, alpha=c)
        X = torch.addmm(X, B, X, beta=a)
    return X


def level_by_singular_values(matrix):
    U, S, Vh = torch.linalg.svd(matrix, full_matrices=False)
    S = S / S.square().sum().sqrt()
    for _ in range(5):
        S = 3.4445 * S - 4.7750 * S**3 + 2.0315 * S**5
    return (U * S) @ Vh


def level_in_numpy(matrix):
    """From the other side: the Gram matrix of the columns."""
    X = np.array(matrix) / np.linalg.norm(matrix)
    for _ in range(5):
        gram = X.T @ X
        X = X @ (3.4445 * np.eye(len(gram)) - 4.7750 * gram + 2.0315 * gram @ gram)
    return X


def rounds_of_a_matrix(share):
    """Lets a diagonal matrix go round by round."""
    X, rounds = torch.eye(1, dtype=torch.float64) * share, 0
    while X.max() < 0.5:
        gram = X @ X.T
        X = 3.4445 * X + (-4.7750 * gram + 2.0315 * gram @ gram) @ X
        rounds += 1
    return torch.tensor([rounds, X.max()])


def rounds_by_recursion(share):
    if share > 0.5:
        return np.array([0.0, share])
    risen = np.polyval([2.0315, 0, -4.7750, 0, 3.4445, 0], share)
    return rounds_by_recursion(risen) + np.array([1, 0])


def memory_in_numpy(layers):
    rows, columns = np.transpose(layers)
    sides, weights = rows @ rows + columns @ columns, rows @ columns
    return np.array([weights, sides, 2 * (sides + weights)])


def memory_one_by_one(layers):
    found = [0, 0, 0]
    for rows, columns in layers:
        for place, more in enumerate((rows * columns, rows**2 + columns**2)):
            found[place] += more
    found[2] = float(2 * found[0] + 2 * found[1])
    return found


ANEW = {
    "rounds_needed": [rounds_of_a_matrix, rounds_by_recursion],
    "matrix_memory": [memory_in_numpy, memory_one_by_one],
    "taught_in_one_step": [
        taught_by_the_matrix,
        lambda frequencies, lr: np.array([lr * min(frequencies), lr]),
    ],
    "kfac_direction": [kfac_in_numpy, kfac_by_cholesky, kfac_by_eigenvectors],
    "muon_level": [level_in_place, level_by_singular_values, level_in_numpy],
}
