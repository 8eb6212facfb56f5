package dev.sluice.picker.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.util.function.BiPredicate;

/// Loads the picker anew, so that each call of some methods of it first reaches a [FaultPoint]. The picker's classes
/// are final and have no seams for that: nothing but their bytes is changed.
final class FaultyClasses extends ClassLoader {
    private static final String OWN = "dev.sluice.picker.";
    private static final ClassDesc FAULT_POINT = ClassDesc.of(FaultPoint.class.getName());
    private static final MethodTypeDesc REACHED = MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_String);

    private final BiPredicate<String, String> points;

    /// @param points whether a class's method is one, by their names
    FaultyClasses(BiPredicate<String, String> points) {
        super(FaultyClasses.class.getClassLoader());
        this.points = points;
    }

    /// The name of a point.
    static String point(Class<?> type, String method) {
        return type.getName() + "." + method;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(OWN) || name.startsWith(FaultPoint.class.getName())) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> known = findLoadedClass(name);
            return known == null ? findClass(name) : known;
        }
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        try (InputStream file = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (file == null) {
                throw new ClassNotFoundException(name);
            }
            byte[] changed = withPoints(name, file.readAllBytes());
            return defineClass(name, changed, 0, changed.length);
        } catch (IOException unreadable) {
            throw new ClassNotFoundException(name, unreadable);
        }
    }

    private byte[] withPoints(String name, byte[] bytes) {
        ClassFile classes = ClassFile.of();
        ClassTransform entries = (type, element) -> {
            if (element instanceof MethodModel method && isPoint(name, method)) {
                String point = name + "." + method.methodName().stringValue();
                type.transformMethod(method, MethodTransform.transformingCode(new Entry(point)));
            } else {
                type.with(element);
            }
        };
        return classes.transformClass(classes.parse(bytes), entries);
    }

    private boolean isPoint(String name, MethodModel method) {
        return method.code().isPresent()
                && !method.flags().has(AccessFlag.STATIC)
                && !method.flags().has(AccessFlag.PRIVATE)
                && !method.flags().has(AccessFlag.SYNTHETIC)
                && points.test(name, method.methodName().stringValue());
    }

    /// Code that first tells where it is.
    private record Entry(String point) implements CodeTransform {
        @Override
        public void atStart(CodeBuilder code) {
            code.ldc(point).invokestatic(FAULT_POINT, "reached", REACHED);
        }

        @Override
        public void accept(CodeBuilder code, CodeElement element) {
            code.with(element);
        }
    }
}
