package dev.sluice.picker.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/// `docs/PICKER.md` has every flag of the picker, and no other.
class FlagReferenceTest {
    private static final Pattern FLAG = Pattern.compile("`(--[a-z][a-z-]*)");
    private static final Set<String> OF_EVERY_COMMAND = Set.of("--help", "--version");

    @Test
    void thePageHasEveryFlag() throws IOException {
        Set<String> flags = new CommandLine(new Main())
                .getCommandSpec().options().stream()
                        .filter(option -> !option.hidden())
                        .map(OptionSpec::names)
                        .flatMap(Arrays::stream)
                        .filter(name -> name.startsWith("--") && !OF_EVERY_COMMAND.contains(name))
                        .collect(Collectors.toCollection(TreeSet::new));
        Set<String> told = FLAG.matcher(Files.readString(Path.of("../docs/PICKER.md")))
                .results()
                .map(flag -> flag.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(told).isEqualTo(flags);
    }
}
