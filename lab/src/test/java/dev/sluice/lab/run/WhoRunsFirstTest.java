package dev.sluice.lab.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.lab.fleet.Silicon;
import dev.sluice.lab.workload.Workload;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// What priorities, fairness and objectives are worth, in the lab: W8, W9 and W10 with one seed each.
class WhoRunsFirstTest {
    private static final String FIRST_COME = "cost";
    private static final String ADMISSION = "admission";

    private record Outcome(Workload workload, Result result) {
        Figures of(String kind) {
            return result.kinds().get(kind);
        }

        Figures all() {
            return result.total();
        }

        Fairness fairness() {
            return result.fairness().orElseThrow();
        }
    }

    private static Outcome run(String file, String contender) throws IOException {
        Workload workload = Workload.read(Path.of("../bench/workloads", file));
        return new Outcome(workload, Run.of(new Run.Plan(workload, contender, 1, Path.of(""), Silicon.real(1))));
    }

    @Test
    void interactiveRequestsHardlyNoticeTheBatchWorkThatFillsTheFleet() throws IOException {
        Outcome alone = run("w8-interactive-alone.yaml", ADMISSION);
        Outcome both = run("w8-interactive-and-batch.yaml", ADMISSION);
        Outcome firstCome = run("w8-interactive-and-batch.yaml", FIRST_COME);
        Figures interactive = both.of("interactive");
        Figures batch = both.of("batch");
        Figures undisturbed = alone.of("interactive");

        assertThat(interactive.ttft().p90())
                .isLessThanOrEqualTo(undisturbed.ttft().p90() + 2 * batch.tpot().p90());
        assertThat(interactive.slo().kept())
                .isGreaterThanOrEqualTo(0.99 * undisturbed.slo().kept());
        double remaining =
                firstCome.all().fleet().throughput() - undisturbed.fleet().throughput();
        assertThat(batch.fleet().throughput()).isGreaterThanOrEqualTo(0.9 * remaining);
        assertThat(firstCome.of("interactive").slo().kept())
                .as("what it is without")
                .isLessThan(0.1);
    }

    @Test
    void tenantsThatAllWaitGetTheSame() throws IOException {
        Outcome fair = run("w9-heavy-tenant.yaml", ADMISSION);
        Outcome firstCome = run("w9-heavy-tenant.yaml", FIRST_COME);

        assertThat(fair.fairness().leastJain()).isGreaterThanOrEqualTo(0.95);
        assertThat(firstCome.fairness().leastJain()).as("what it is without").isLessThan(0.5);
        assertThat(fair.fairness().gap())
                .isLessThanOrEqualTo(
                        Fairness.GapLimit.of(fair.workload().fleet()).weightedTokens());
        assertThat(fair.all().fleet().throughput())
                .isGreaterThanOrEqualTo(0.95 * firstCome.all().fleet().throughput());
    }

    @Test
    void objectivesAreKeptWhereTheyCanBe() throws IOException {
        Outcome admission = run("w10-objectives.yaml", ADMISSION);
        Outcome firstCome = run("w10-objectives.yaml", FIRST_COME);

        assertThat(admission.of("tight").slo().kept()).isGreaterThanOrEqualTo(0.99);
        assertThat(admission.of("loose").slo().kept()).isGreaterThanOrEqualTo(0.99);
        assertThat(admission.all().slo().kept())
                .isGreaterThan(firstCome.all().slo().kept() + 0.1);
    }
}
