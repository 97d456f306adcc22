/* The crisis kernel in plain C with OpenMP: the rival of bench_c.py.

   Same algorithm as tightrope.game with a lead and one private type: exponential basis, responses
   in logit form, Anderson acceleration with memory two, the same bound on the last change. One
   game at a time, so that its working set stays in the first-level cache; inner loops run over the
   basis exponents, which the compiler vectorises (-O3 -march=native -ffast-math).

   Layout of a game (doubles, one after another, see bench_c.py):
     private[n][3] stake[n] contribution[2][n][2] extent peer[n] omega[n] horror[n] escalation[n]
     precision weights[1 + nodes]
*/
#include <math.h>
#include <string.h>

#define MAX_N 64
#define MAX_Z 64
#define FLOOR 1e-30

typedef struct {
    int n, nodes, lead, max_steps;
    double tolerance;
} Setting;

static void respond_one(const Setting *set, const double *restrict z, const double *restrict game,
                        double *restrict probability, int *restrict steps)
{
    const int n = set->n, nodes = set->nodes, lead = set->lead;
    const double *private = game, *stake = private + 3 * n, *contribution = stake + n;
    const double extent = contribution[4 * n];
    const double *peer = contribution + 4 * n + 1, *omega = peer + n, *horror = omega + n;
    const double *escalation = horror + n, precision = escalation[n];
    const double *weights = escalation + n + 1;
    double lump[2][MAX_N][2][MAX_Z], factor[2][MAX_N][MAX_Z], product[2][MAX_Z];
    double p[3][MAX_N], point[3][MAX_N], image[3][MAX_N], gap[3][MAX_N], shift[3][MAX_N];
    double move[3][MAX_N];

    for (int a = 0; a < 2; a++)
        for (int i = 0; i < n; i++)
            for (int r = 0; r < 2; r++) {
                const double share = contribution[(a * n + i) * 2 + r] / extent;
                for (int k = 0; k < nodes; k++)
                    lump[a][i][r][k] = exp(-z[k] * share);
            }
    for (int i = 0; i < n; i++)
        p[0][i] = p[1][i] = p[2][i] = 1.0 / 3.0;
    memset(point, 0, sizeof point);
    memset(image, 0, sizeof image);
    memset(gap, 0, sizeof gap);
    memset(shift, 0, sizeof shift);
    memset(move, 0, sizeof move);

    int finished = 0, pass = 0;
    for (; pass < set->max_steps && !finished; pass++) {
        double expected[3][MAX_N], fresh[3][MAX_N];
        for (int a = 0; a < 2; a++) {
            for (int k = 0; k < nodes; k++)
                product[a][k] = weights[1 + k];
            for (int i = 0; i < n; i++) {
                const double first = i == lead && a == 1 ? 0.0 : p[0][i];
                const double second = i == lead && a == 1 ? 0.0 : p[1][i];
                const double third = i == lead && a == 0 ? 0.0 : p[2][i];
                for (int k = 0; k < nodes; k++) {
                    const double f = first + second * lump[a][i][0][k] + third * lump[a][i][1][k];
                    factor[a][i][k] = f + FLOOR;
                    product[a][k] *= f + FLOOR;
                }
            }
        }
        for (int i = 0; i < n; i++) {
            double sum[2][3];
            for (int a = 0; a < 2; a++) {
                double s0 = 0.0, s1 = 0.0, s2 = 0.0;
                for (int k = 0; k < nodes; k++) {
                    const double rest = product[a][k] / factor[a][i][k];
                    s0 += rest;
                    s1 += rest * lump[a][i][0][k];
                    s2 += rest * lump[a][i][1][k];
                }
                sum[a][0] = s0;
                sum[a][1] = s1;
                sum[a][2] = s2;
            }
            const double other = i == lead ? 0.0 : 1.0;
            expected[0][i] = weights[0] + sum[0][0] + other * sum[1][0];
            expected[1][i] = weights[0] + sum[0][1] + other * sum[1][1];
            expected[2][i] = weights[0] + other * sum[0][2] + sum[1][2];
        }
        double total = 0.0, quiet = 1.0;
        for (int i = 0; i < n; i++) {
            total += omega[i] * p[2][i];
            quiet *= 1.0 - p[2][i] * escalation[i] + FLOOR;
        }
        for (int i = 0; i < n; i++) {
            const double calm = 1.0 - p[2][i] * escalation[i] + FLOOR;
            fresh[0][i] = stake[i] * (expected[0][i] - expected[1][i]);
            fresh[1][i] = stake[i] * (expected[0][i] - expected[2][i])
                          - escalation[i] * horror[i] * quiet / calm;
            fresh[2][i] = total - omega[i] * p[2][i];
        }
        double size = 0.0, aa = 1e-300, ab = 0.0, bb = 1e-300, ag = 0.0, bg = 0.0;
        for (int i = 0; i < n; i++) {
            double g[3];
            for (int r = 0; r < 3; r++) {
                const double change = pass ? fresh[r][i] - point[r][i] : 0.0;
                const double turn = pass > 1 ? change - gap[r][i] : 0.0;
                aa += turn * turn;
                ab += turn * move[r][i];
                bb += move[r][i] * move[r][i];
                ag += turn * change;
                bg += move[r][i] * change;
                gap[r][i] = g[r] = change;
                move[r][i] = turn;
            }
            const double top = fmax(fmax(g[0], g[1]), 0.0), bottom = fmin(fmin(g[0], g[1]), 0.0);
            size = fmax(size, top - bottom + fabs(peer[i] * g[2]));
        }
        size *= 0.25 * precision;
        finished = pass > 0 && size <= set->tolerance;
        aa *= 1.0 + 1e-13;
        bb *= 1.0 + 1e-13;
        const double inverse = 1.0 / (aa * bb - ab * ab + 1e-300);
        const double last = finished ? 0.0 : (ag * bb - bg * ab) * inverse;
        const double earlier = finished ? 0.0 : (bg * aa - ag * ab) * inverse;
        for (int i = 0; i < n; i++) {
            for (int r = 0; r < 3; r++) {
                const double step = fresh[r][i] - image[r][i];
                point[r][i] = fresh[r][i] - last * step - earlier * shift[r][i];
                shift[r][i] = step;
                image[r][i] = fresh[r][i];
            }
        }
        for (int i = 0; i < n; i++) {
            const double share = peer[i] * point[2][i];
            const double v0 = precision * (private[3 * i] - share);
            const double v1 = precision * (private[3 * i + 1] + point[0][i] - 0.5 * share);
            const double v2 = precision * (private[3 * i + 2] + point[1][i]);
            const double best = fmax(v0, fmax(v1, v2));
            const double e0 = exp(v0 - best), e1 = exp(v1 - best), e2 = exp(v2 - best);
            const double all = 1.0 / (e0 + e1 + e2);
            p[0][i] = e0 * all;
            p[1][i] = e1 * all;
            p[2][i] = e2 * all;
        }
    }
    for (int i = 0; i < n; i++)
        for (int r = 0; r < 3; r++)
            probability[3 * i + r] = p[r][i];
    *steps = pass;
}

/* Solve `games` games of `stride` doubles each, in parallel over games. */
void respond_all(const Setting *set, const double *z, long games, long stride,
                 const double *data, double *probability, int *steps)
{
#pragma omp parallel for schedule(dynamic, 16)
    for (long g = 0; g < games; g++)
        respond_one(set, z, data + g * stride, probability + g * 3 * set->n, steps + g);
}
