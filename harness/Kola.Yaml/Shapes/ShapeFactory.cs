using System.Collections.Concurrent;
using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Reflection;
using Kola.Yaml.Binding;
using Kola.Yaml.Values;

namespace Kola.Yaml.Shapes;

/// <summary>Derives shapes from types and the attributes on their properties. What is derived is kept: reflection is slow.</summary>
public sealed class ShapeFactory
{
    private static readonly ShapeFactory Shared = new();

    private static readonly Dictionary<Type, WrittenShape> Written = new()
    {
        [typeof(TimeSpan)] = new(Duration.Form, text => Duration.TryParse(text, out var duration) ? duration : null, Duration.Explain),
        [typeof(IPAddress)] = new(Ipv4.AddressForm, text => Ipv4.TryParseAddress(text, out var address) ? address : null),
        [typeof(IPNetwork)] = new(Ipv4.NetworkForm, text => Ipv4.TryParseNetwork(text, out var network) ? network : null),
        [typeof(Uri)] = new(WebAddress.Form, text => WebAddress.TryParse(text, out var address) ? address : null),
        [typeof(DateOnly)] = new(Day.Form, text => Day.TryParse(text, out var day) ? day : null),
    };

    private readonly ConcurrentDictionary<Type, Lazy<RecordLayout>> layouts = [];
    private readonly ConcurrentDictionary<Type, Lazy<UnionShape>> unions = [];

    private ShapeFactory() { }

    /// <summary>How a whole document is written.</summary>
    /// <param name="type">The document's record.</param>
    public static RecordLayout DocumentOf(Type type) => Shared.LayoutOf(type);

    internal Shape Of(PropertyInfo property) => Of(property.PropertyType, property);

    internal RecordLayout LayoutOf(Type type) => Layout(type).Value;

    private Lazy<RecordLayout> Layout(Type type) => layouts.GetOrAdd(type, key => new(() => new(key, this)));

    private Shape Of(Type declared, PropertyInfo property)
    {
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
            return new ListShape(type.GenericTypeArguments[0], Of(type.GenericTypeArguments[0], property), NotEmpty(property, type));
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>))
            return OfMap(type.GenericTypeArguments[1], property);
        if (type.GetCustomAttribute<ShapeAttribute>() is { } own)
            return (Shape)Activator.CreateInstance(own.Shape)!;
        if (OfScalar(type, property) is { } scalar)
            return scalar;
        return type.IsAbstract ? OfUnion(type) : new RecordShape(Noun(type), Layout(type));
    }

    private MapShape OfMap(Type value, PropertyInfo property) => new(
        value,
        Of(value, property),
        property.GetCustomAttributes<FormatAttribute>().SingleOrDefault(format => format.Keys),
        property.GetCustomAttribute<StandsForAttribute>() is { Keys: true } words ? words.Noun : null,
        property.IsDefined(typeof(NotEmptyAttribute)));

    /// <summary>In a map of lists it is said of both.</summary>
    private static bool NotEmpty(PropertyInfo property, Type list) =>
        property.IsDefined(typeof(NotEmptyAttribute)) && (property.PropertyType == list || property.PropertyType.IsGenericType);

    private static ScalarShape? OfScalar(Type type, PropertyInfo property)
    {
        if (type == typeof(string))
            return OfText(property);
        if (type == typeof(bool))
            return new FlagShape();
        if (type == typeof(int))
            return new NumberShape(property.GetCustomAttribute<RangeAttribute>());
        if (type.IsEnum)
            return new ChoiceShape(type, property.GetCustomAttribute<AllowedValuesAttribute>()?.Values);
        if (Written.TryGetValue(type, out var written))
            return written;
        return Array.Exists(type.GetInterfaces(), face => face.IsGenericType && face.GetGenericTypeDefinition() == typeof(IWritten<>))
            ? (ScalarShape)typeof(ShapeFactory).GetMethod(nameof(OfWritten), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(type).Invoke(null, [])!
            : null;
    }

    private static WrittenShape OfWritten<T>()
        where T : IWritten<T> => new(T.Form, text => T.TryParse(text, out var value) ? value : null, T.Explain);

    private static TextShape OfText(PropertyInfo property) => new(
        [.. property.GetCustomAttributes<FormatAttribute>().Where(format => !format.Keys)],
        property.GetCustomAttribute<OneOfAttribute>()?.Names,
        property.GetCustomAttribute<ReferenceAttribute>()?.Noun,
        property.IsDefined(typeof(FilePathAttribute)),
        property.GetCustomAttribute<StandsForAttribute>() is { Keys: false } words ? words.Noun : null);

    private UnionShape OfUnion(Type type) => unions.GetOrAdd(type, key => new(() => new(Noun(key),
    [
        .. key.Assembly.GetTypes()
            .Where(member => member.IsSubclassOf(key) && !member.IsAbstract)
            .Select(member => new UnionMember(member, this))
            .OrderBy(member => member.Key, StringComparer.Ordinal),
    ]))).Value;

    private static string Noun(Type type) => KebabCase.Of(type.Name).Replace("-definition", "", StringComparison.Ordinal);
}
