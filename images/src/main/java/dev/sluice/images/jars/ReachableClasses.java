package dev.sluice.images.jars;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/// Classes generated from protocol definitions, as far as other code names them or they name one another.
///
/// Such classes load one another by name alone, never by a name made at run time. Envoy's API has some thousands, of
/// which the picker speaks a few dozen.
final class ReachableClasses {
    private static final Pattern NAME = Pattern.compile("[\\w$]+(?:/[\\w$]+)+");
    private static final String SUFFIX = ".class";

    private final Map<String, byte[]> candidates = new HashMap<>();
    private final Set<String> reached = new HashSet<>();
    private final Deque<String> open = new ArrayDeque<>();

    private ReachableClasses() {}

    /// The entries of the generated jars that the rest of a class path reaches.
    static Set<String> of(List<Path> generated, List<Path> rest) throws IOException {
        ReachableClasses search = new ReachableClasses();
        for (Path jar : generated) {
            search.read(jar, search.candidates::put);
        }
        for (Path jar : rest) {
            search.read(jar, (_, content) -> search.follow(content));
        }
        while (!search.open.isEmpty()) {
            search.follow(search.candidates.getOrDefault(search.open.pop(), new byte[0]));
        }
        return search.reached;
    }

    private interface Visitor {
        void accept(String entry, byte[] content);
    }

    private void read(Path file, Visitor visitor) throws IOException {
        try (ZipFile jar = new ZipFile(file.toFile())) {
            for (Enumeration<? extends ZipEntry> entries = jar.entries(); entries.hasMoreElements(); ) {
                ZipEntry entry = entries.nextElement();
                if (entry.getName().endsWith(SUFFIX)) {
                    visitor.accept(entry.getName(), jar.getInputStream(entry).readAllBytes());
                }
            }
        }
    }

    /// Takes every text of the class for the name of one, also those in signatures: rather one too many than too few.
    private void follow(byte[] content) {
        if (content.length == 0) {
            return;
        }
        ClassModel model = ClassFile.of().parse(content);
        for (PoolEntry entry : model.constantPool()) {
            if (entry instanceof Utf8Entry text) {
                Matcher names = NAME.matcher(text.stringValue());
                while (names.find()) {
                    reach(names.group());
                    // The name in a signature, behind the letter that marks it.
                    reach(names.group().substring(1));
                }
            }
        }
    }

    private void reach(String name) {
        String entry = name + SUFFIX;
        if (candidates.containsKey(entry) && reached.add(entry)) {
            open.push(entry);
        }
    }
}
