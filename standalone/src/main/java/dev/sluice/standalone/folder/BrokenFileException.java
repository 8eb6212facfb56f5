package dev.sluice.standalone.folder;

/// The exception tells what is wrong with a file of the folder, and where: `file:line: message`.
public final class BrokenFileException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String file;
    private final int line;
    private final String problem;

    BrokenFileException(String file, int line, String problem) {
        super("%s:%d: %s".formatted(file, line, problem));
        this.file = file;
        this.line = line;
        this.problem = problem;
    }

    /// The file's name within the folder.
    public String file() {
        return file;
    }

    /// Counted from 1.
    public int line() {
        return line;
    }

    public String problem() {
        return problem;
    }
}
