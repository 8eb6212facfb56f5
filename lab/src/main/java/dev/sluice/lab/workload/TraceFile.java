package dev.sluice.lab.workload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/// Recorded requests: times and lengths, and where the recorder told it, which blocks the prompts share.
public final class TraceFile {
    private static final DateTimeFormatter AZURE = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSSS");

    private TraceFile() {}

    /// @param atNanos since the first
    /// @param blocks ids of the prompt's blocks of 512 tokens; empty where nothing is known
    public record Recorded(long atNanos, int inputTokens, int outputTokens, List<Integer> blocks) {
        /// Mooncake's block.
        public static final int BLOCK_TOKENS = 512;
    }

    /// The requests in the order of the file.
    public static List<Recorded> read(Path file) throws IOException {
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            return file.toString().endsWith(".csv") ? azure(lines) : mooncake(lines);
        } catch (IOException missing) {
            throw new IOException("trace " + file + " cannot be read: " + missing.getMessage(), missing);
        }
    }

    private static List<Recorded> mooncake(BufferedReader lines) throws IOException {
        JsonMapper mapper = new JsonMapper();
        List<Recorded> recorded = new ArrayList<>();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            JsonNode node = mapper.readTree(line);
            JsonNode ids = node.path("hash_ids");
            List<Integer> blocks = new ArrayList<>(ids.size());
            ids.forEach(id -> blocks.add(id.asInt()));
            recorded.add(new Recorded(
                    node.path("timestamp").asLong() * 1_000_000,
                    Math.max(1, node.path("input_length").asInt()),
                    Math.max(1, node.path("output_length").asInt()),
                    blocks));
        }
        return recorded;
    }

    private static List<Recorded> azure(BufferedReader lines) throws IOException {
        List<Recorded> recorded = new ArrayList<>();
        lines.readLine();
        LocalDateTime first = null;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String[] fields = line.split(",", -1);
            LocalDateTime time = LocalDateTime.parse(fields[0], AZURE);
            first = first == null ? time : first;
            recorded.add(new Recorded(
                    ChronoUnit.NANOS.between(first, time),
                    Math.max(1, Integer.parseInt(fields[1])),
                    Math.max(1, Integer.parseInt(fields[2])),
                    List.of()));
        }
        return recorded;
    }
}
