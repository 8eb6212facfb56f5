package dev.sluice.lab.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class LabCommandTest {
    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path workload = Path.of("");

    @BeforeEach
    void writeWorkload() throws IOException {
        workload = Files.writeString(folder.resolve("tiny.yaml"), """
                name: tiny
                fleet: [{profile: h100-8b, count: 4}]
                arrivals: {stages: [{rate: 10, seconds: 3, warmUp: true}, {rate: 10, seconds: 5}, {rate: 30, seconds: 5}]}
                mix: [{prompt: 500, output: 50}]
                """);
    }

    @Test
    void printsARowForEachPolicyAndWritesAllFormats() throws IOException {
        Path json = folder.resolve("out.json");
        Path csv = folder.resolve("out.csv");
        Path plots = folder.resolve("plots");

        int status = lab(
                workload,
                "--policy",
                "cost,round-robin",
                "--seeds",
                "2",
                "--stages",
                "--json",
                json,
                "--csv",
                csv,
                "--svg",
                plots);

        assertThat(status).isZero();
        assertThat(out.toString())
                .containsPattern("tiny +cost ")
                .containsPattern("tiny +round-robin ")
                .containsPattern("tiny +least-request ")
                .contains("worse than round-robin or least-request by\n")
                .contains("ratio to the best real policy")
                .contains("times as fast");
        JsonNode rows = new JsonMapper().readTree(json.toFile());
        assertThat(rows).hasSize(3);
        assertThat(rows.get(0).path("stages")).hasSize(2);
        assertThat(rows.get(0).path("ttft_p90").asDouble()).isPositive();
        assertThat(Files.readAllLines(csv)).hasSize(4).first().asString().startsWith("workload,policy,rate,ttft_mean");
        assertThat(plots.resolve("tiny-latency.svg"))
                .content()
                .contains("<polyline")
                .endsWith("</svg>\n");
        assertThat(plots.resolve("tiny-cost-utilization.svg")).exists();
    }

    @Test
    void saysWhatServersThatJoinAndReplicasGet() throws IOException {
        Path joining = Files.writeString(folder.resolve("joining.yaml"), """
                name: joining
                fleet: [{profile: h100-8b, count: 1}, {profile: h100-8b, count: 1, joinsAtSeconds: 10}]
                arrivals: {stages: [{rate: 10, seconds: 30}]}
                mix: [{system: {groups: 1, tokens: 500}, prompt: 500, output: 50}]
                slowdowns: [1, 2]
                """);

        assertThat(lab(joining, "--policy", "cost,cost-x2,round-robin,oracle", "--seeds", "1"))
                .isZero();

        assertThat(out.toString())
                .containsPattern("joining +\\d\\.\\d\\d / \\d\\.\\d\\d")
                .containsPattern("joining slow2 +cost ")
                .containsPattern("joining: with round-robin the servers that joined generate (0\\.9|1\\.0)")
                .containsPattern("joining: two pickers have \\d\\.\\d+ of one's hit ratio");
    }

    @Test
    void checksThatCostIsNoWorseThanTheSimplePolicies() throws IOException {
        Path idle = Files.writeString(folder.resolve("idle.yaml"), """
                name: idle
                fleet: [{profile: h100-8b, count: 1}]
                arrivals: {stages: [{rate: 5, seconds: 5}]}
                mix: [{prompt: 500, output: 50}]
                """);

        assertThat(lab(idle, "--policy", "cost", "--seeds", "1", "--priors", "1,10", "--check"))
                .isZero();
        assertThat(out.toString())
                .containsPattern("idle priors×10 +cost ")
                .contains("worse than round-robin or least-request by\nnothing\n");
        assertThat(lab(idle, "--policy", "oracle", "--check")).isEqualTo(2);
        assertThat(err.toString()).contains("--check judges rows of the policy cost");
    }

    @Test
    void findsHowMuchAFleetCarriesAndHowManyServersALoadNeeds() {
        assertThat(lab(
                        workload,
                        "--policy",
                        "cost",
                        "--seeds",
                        "1",
                        "--slo",
                        "ttft=100ms,tpot=15ms",
                        "--find-capacity"))
                .isZero();
        assertThat(out.toString()).containsPattern("tiny +cost +\\d+\\.\\d requests per second on 4 servers");

        assertThat(lab(
                        workload,
                        "--policy",
                        "cost",
                        "--seeds",
                        "1",
                        "--slo",
                        "ttft=0.1s,tpot=15ms",
                        "--find-capacity",
                        "--rate",
                        "20"))
                .isZero();
        assertThat(out.toString()).containsPattern("tiny +cost +20.0 requests per second on [1-4] servers");
    }

    @Test
    void saysWhatItDoesNotKnow() {
        assertThat(lab(workload, "--policy", "best")).isEqualTo(2);
        assertThat(err.toString()).contains("No policy is named 'best'");
        assertThat(lab(workload, "--slo", "ttft=soon")).isEqualTo(2);
        assertThat(err.toString()).contains("has no time such as 500ms");
        assertThat(lab()).isEqualTo(2);
        assertThat(err.toString()).contains("Name workloads, or --all of them");
    }

    private int lab(Object... arguments) {
        String[] strings = new String[arguments.length];
        for (int i = 0; i < strings.length; i++) {
            strings[i] = arguments[i].toString();
        }
        return new CommandLine(new LabCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(strings);
    }
}
