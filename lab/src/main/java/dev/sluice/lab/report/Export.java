package dev.sluice.lab.report;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.lab.run.Figures;
import dev.sluice.lab.run.Trial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Trials for programs. Times are in milliseconds, rates per second.
public final class Export {
    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private Export() {}

    /// An object for each trial, with its means, and those of each stage.
    public static void json(List<Trial> trials, Path file) throws IOException {
        ArrayNode rows = MAPPER.createArrayNode();
        for (Trial trial : trials) {
            ObjectNode row = rows.addObject();
            row.put("workload", trial.workload().name());
            row.put("policy", trial.contender());
            row.put("seeds", trial.results().size());
            row.put("servers", trial.workload().servers());
            fill(row, trial.figures());
            ArrayNode stages = row.putArray("stages");
            trial.stages().forEach(stage -> fill(stages.addObject(), stage));
        }
        MAPPER.writeValue(file.toFile(), rows);
    }

    /// A line for each trial.
    public static void csv(List<Trial> trials, Path file) throws IOException {
        StringBuilder lines = new StringBuilder("workload,policy");
        for (Column column : Column.values()) {
            lines.append(',').append(key(column));
        }
        for (Trial trial : trials) {
            lines.append('\n').append(trial.workload().name()).append(',').append(trial.contender());
            for (Column column : Column.values()) {
                lines.append(',').append((float) column.of(trial.figures()));
            }
        }
        Files.writeString(file, lines.append('\n'));
    }

    private static void fill(ObjectNode node, Figures figures) {
        for (Column column : Column.values()) {
            node.put(key(column), (float) column.of(figures));
        }
    }

    private static String key(Column column) {
        return column.title.replaceAll("\\W", "_");
    }
}
