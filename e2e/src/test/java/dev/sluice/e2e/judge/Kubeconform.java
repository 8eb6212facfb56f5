package dev.sluice.e2e.judge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.cluster.binary.GoBinary;
import dev.sluice.e2e.cluster.Prerequisites;
import dev.sluice.e2e.stack.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Kubeconform holds objects to the schemas of their kinds. One of a kind without a schema is a finding too.
final class Kubeconform implements Judge {
    private final Program program;
    private final Path schemas;

    /// @param schemas a folder that [OpenApiSchemas] has filled
    Kubeconform(Path schemas) throws IOException, InterruptedException {
        this.schemas = schemas;
        program =
                new Program(List.of(Prerequisites.program(GoBinary.KUBECONFORM).toString()), 120);
    }

    @Override
    public List<Finding> findings(Path manifest) throws IOException, InterruptedException {
        String json = program.run(
                1,
                List.of(
                        "-strict",
                        "-output=json",
                        "-verbose",
                        "-schema-location",
                        schemas + "/" + OpenApiSchemas.TEMPLATE,
                        manifest.toString()));
        JsonNode resources = new JsonMapper().readTree(json).path("resources");
        if (resources.isEmpty()) {
            throw new IOException("kubeconform saw no object: " + json);
        }
        List<Finding> findings = new ArrayList<>();
        for (JsonNode object : resources) {
            String status = object.path("status").asText();
            if (!status.equals("statusValid") && !status.equals("statusEmpty")) {
                findings.add(new Finding(
                        "kubeconform",
                        status,
                        object.path("kind").asText() + "/" + object.path("name").asText(),
                        object.path("msg").asText()));
            }
        }
        return findings;
    }
}
