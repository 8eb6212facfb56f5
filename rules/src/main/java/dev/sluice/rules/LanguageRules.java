package dev.sluice.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The language of a module's code: one word for one concept, the field's own. `docs/GLOSSARY.md` has the words.
public abstract class LanguageRules {
    /// Words that once named queued requests, their permits and their targets: no name contains them.
    private static final Set<String> PRIVATE_WORDS = Set.of(
            "seat",
            "seats",
            "applicant",
            "applicants",
            "occupant",
            "occupants",
            "lot",
            "lots",
            "relief",
            "rehearsal",
            "coalescer",
            "surroundings");

    /// Words that mean something else in the field: no type is named so.
    private static final Set<String> PRIVATE_TYPES = Set.of(
            "Line",
            "Stay",
            "Ticket",
            "Turn",
            "Turns",
            "Room",
            "Rooms",
            "Bound",
            "Bounds",
            "Visit",
            "Draw",
            "Draws",
            "Home",
            "Move",
            "Claim",
            "Claims",
            "Promises",
            "Turnover",
            "Ledger",
            "Demand",
            "Spread",
            "Situation",
            "Place",
            "Pace");

    private static final Pattern WORD = Pattern.compile("[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])");
    private static final String BENCHMARK_CODE = ".jmh_generated";

    private static final Path MAIN = Path.of("target/classes");
    private static final Map<Path, JavaClasses> IMPORTED = new ConcurrentHashMap<>();

    private final JavaClasses classes;

    protected LanguageRules() {
        this(MAIN);
    }

    /// @param folder the compiled code that is judged; a module of tests alone has no main code
    protected LanguageRules(Path folder) {
        classes = IMPORTED.computeIfAbsent(folder, new ClassFileImporter()::importPath);
    }

    @Test
    void aSimpleNameMeansOneThing() {
        Map<String, List<String>> ambiguous = types()
                .collect(Collectors.groupingBy(
                        JavaClass::getSimpleName, Collectors.mapping(JavaClass::getName, Collectors.toList())))
                .entrySet()
                .stream()
                .filter(each -> each.getValue().size() > 1)
                .collect(Collectors.toMap(each -> each.getKey(), each -> each.getValue()));
        assertThat(ambiguous).isEmpty();
    }

    @Test
    void noPrivateWordComesBack() {
        assertThat(types()).isNotEmpty();
        Set<String> found = new TreeSet<>();
        types().forEach(type -> {
            if (PRIVATE_TYPES.contains(type.getSimpleName()) || isPrivate(type.getSimpleName())) {
                found.add(type.getName());
            }
            type.getMembers().stream()
                    .map(JavaMember::getFullName)
                    .filter(member -> isPrivate(member.substring(type.getName().length())))
                    .forEach(found::add);
        });
        assertThat(found).isEmpty();
    }

    /// The types of the module that have a name in its source, nested ones included.
    protected final Stream<JavaClass> types() {
        return classes.stream()
                .filter(type -> !type.isAnonymousClass() && !type.isLocalClass())
                .filter(type -> !type.getPackageName().endsWith(BENCHMARK_CODE))
                .filter(type -> !type.getSimpleName().equals("package-info"));
    }

    /// The parameters of a member stand behind its name and are types of their own.
    private static boolean isPrivate(String name) {
        int parameters = name.indexOf('(');
        return WORD.matcher(parameters < 0 ? name : name.substring(0, parameters))
                .results()
                .map(MatchResult::group)
                .map(word -> word.toLowerCase(Locale.ROOT))
                .anyMatch(PRIVATE_WORDS::contains);
    }
}
