package dev.sluice.bench.placement.load;

import dev.sluice.lab.workload.TraceFile;
import dev.sluice.lab.workload.TraceFile.Recorded;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A recorded trace, played faster and with shorter texts than it was recorded.
///
/// A recorded block becomes a piece of text with the block's number, so that prompts share what they shared; where
/// the recorder told no blocks, no two prompts share anything.
///
/// @param speed how many times as fast as it was recorded
/// @param tokens the factor of all lengths
/// @param maxPrompt requests with longer recorded prompts are left out
/// @param maxOutput longer recorded answers are cut
/// @param skip how many of what is left are passed over
/// @param requests how many are sent
record TracePlan(double speed, double tokens, int maxPrompt, int maxOutput, int skip, int requests) {
    /// Numbers of texts that no recorded block has.
    private static final long NEVER_SHARED = 1L << 40;

    TracePlan {
        if (!(speed > 0) || !(tokens > 0)) {
            throw new IllegalArgumentException(
                    "a trace is played with a speed and a factor of lengths above 0, not %s and %s"
                            .formatted(speed, tokens));
        }
    }

    Plan of(Path file) throws IOException {
        return of(file.getFileName().toString(), TraceFile.read(file));
    }

    Plan of(String title, List<Recorded> recorded) {
        List<Recorded> chosen = recorded.stream()
                .filter(each -> each.inputTokens() <= maxPrompt)
                .skip(skip)
                .limit(requests)
                .toList();
        List<PlannedRequest> planned = new ArrayList<>();
        for (Recorded each : chosen) {
            int number = planned.size();
            long at = (long) ((each.atNanos() - chosen.getFirst().atNanos()) / speed);
            planned.add(new PlannedRequest(
                    number, at, prompt(each, number), scaled(Math.min(each.outputTokens(), maxOutput))));
        }
        return new Plan("%s at %s × its speed, %s of its tokens".formatted(title, speed, tokens), planned);
    }

    private List<Piece> prompt(Recorded request, int number) {
        if (request.blocks().isEmpty()) {
            return List.of(new Piece(NEVER_SHARED + number, scaled(request.inputTokens())));
        }
        List<Piece> pieces = new ArrayList<>();
        int left = request.inputTokens();
        for (int block : request.blocks()) {
            if (left <= 0) {
                break;
            }
            pieces.add(new Piece(block, scaled(Math.min(left, Recorded.BLOCK_TOKENS))));
            left -= Recorded.BLOCK_TOKENS;
        }
        return pieces;
    }

    private int scaled(int recordedTokens) {
        return Math.max(1, (int) Math.round(recordedTokens * tokens));
    }
}
