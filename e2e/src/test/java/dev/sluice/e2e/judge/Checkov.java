package dev.sluice.e2e.judge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.e2e.stack.Program;
import dev.sluice.e2e.stack.PythonEnvironment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Security, as checkov sees it.
final class Checkov implements Judge {
    private final Program program;

    Checkov() throws IOException, InterruptedException {
        Path python = PythonEnvironment.of("checkov", "judge/checkov.txt");
        program = new Program(List.of(python.toString(), "-m", "checkov.main"), 300);
    }

    @Override
    public List<Finding> findings(Path manifest) throws IOException, InterruptedException {
        String json = program.run(
                1,
                List.of(
                        "--file",
                        manifest.toString(),
                        "--framework",
                        "kubernetes",
                        "--output",
                        "json",
                        "--compact",
                        "--quiet",
                        "--skip-download"));
        JsonNode results = new JsonMapper().readTree(json).path("results");
        if (!results.has("failed_checks")) {
            throw new IOException("checkov gave no results: " + json);
        }
        List<Finding> findings = new ArrayList<>();
        for (JsonNode check : results.path("failed_checks")) {
            // Such as Deployment.sluice-system.sluice-operator, and the owner's with more behind it.
            String[] resource = check.path("resource").asText().split("\\.", 3);
            findings.add(new Finding(
                    "checkov",
                    check.path("check_id").asText(),
                    resource[0] + "/" + resource[resource.length - 1],
                    check.path("check_name").asText()));
        }
        return findings;
    }
}
