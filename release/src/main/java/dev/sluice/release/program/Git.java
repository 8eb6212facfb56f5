package dev.sluice.release.program;

import dev.sluice.release.content.Commit;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The checkout that is released.
public final class Git {
    private final Program git;
    private final Path checkout;

    public Git(Path checkout) {
        this.checkout = checkout;
        git = new Program(checkout, List.of("git"));
    }

    /// The commit that is checked out.
    ///
    /// @throws IOException if files differ from it, or there is none
    public String cleanRevision() throws IOException, InterruptedException {
        String changed =
                git.succeed("status", "--porcelain", "--untracked-files=normal").stripTrailing();
        if (!changed.isEmpty()) {
            throw new IOException("the tree %s differs from its commit:%n%s%nCommit these files or put them away."
                    .formatted(checkout, changed));
        }
        return git.succeed("rev-parse", "HEAD").strip();
    }

    /// The nearest tag before the commit that is checked out.
    public Optional<String> lastTag(String except) throws IOException, InterruptedException {
        Program.Outcome outcome = git.run("describe", "--tags", "--abbrev=0", "--exclude=" + except, "HEAD");
        return outcome.isSuccess() ? Optional.of(outcome.output().strip()) : Optional.empty();
    }

    /// The commits since a tag, or since the first of all, newest first.
    public List<Commit> since(Optional<String> tag) throws IOException, InterruptedException {
        String range = tag.map(each -> each + "..HEAD").orElse("HEAD");
        return git.succeed("log", "--no-merges", "--format=%h%x09%s", range)
                .lines()
                .map(line -> line.split("\t", 2))
                .map(parts -> new Commit(parts[0], parts[1]))
                .toList();
    }
}
