using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Reflection;
using Kola.Scenarios.Gating;
using Kola.Scenarios.Model.Binding;
using Kola.Scenarios.Model.Values;
using Kola.Scenarios.Model.Yaml;
using Kola.Servers.Payloads;

namespace Kola.Scenarios.Model.Shapes;

/// <summary>Derives shapes from the model's types and the attributes on their properties.</summary>
internal sealed class ShapeFactory
{
    private readonly Dictionary<Type, Lazy<RecordLayout>> layouts = [];
    private readonly Dictionary<Type, UnionShape> unions = [];

    /// <summary>The shape of a whole scenario file.</summary>
    public static RecordLayout Document { get; } = new ShapeFactory().LayoutOf(typeof(ScenarioDocument));

    /// <summary>The shape of the gate's policy.</summary>
    public static RecordLayout Gate { get; } = new ShapeFactory().LayoutOf(typeof(GatePolicyDefinition));

    /// <summary>The shape of the gate's quarantine.</summary>
    public static RecordLayout Quarantine { get; } = new ShapeFactory().LayoutOf(typeof(QuarantineDefinition));

    public Shape Of(PropertyInfo property) => Of(property.PropertyType, property);

    public RecordLayout LayoutOf(Type type) => Layout(type).Value;

    private Lazy<RecordLayout> Layout(Type type)
    {
        if (!layouts.TryGetValue(type, out var layout))
            layouts[type] = layout = new(() => new(type, this));
        return layout;
    }

    private Shape Of(Type declared, PropertyInfo property)
    {
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
            return new ListShape(type.GenericTypeArguments[0], Of(type.GenericTypeArguments[0], property), NotEmpty(property, type));
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>))
            return OfMap(type.GenericTypeArguments[1], property);
        return OfScalar(type, property) ?? OfStructure(type);
    }

    private MapShape OfMap(Type value, PropertyInfo property) => new(
        value,
        Of(value, property),
        property.GetCustomAttributes<FormatAttribute>().SingleOrDefault(format => format.Keys),
        property.IsDefined(typeof(NotEmptyAttribute)));

    /// <summary>In a map of lists it is said of both.</summary>
    private static bool NotEmpty(PropertyInfo property, Type list) =>
        property.IsDefined(typeof(NotEmptyAttribute)) && (property.PropertyType == list || property.PropertyType.IsGenericType);

    private static Shape? OfScalar(Type type, PropertyInfo property)
    {
        if (type == typeof(string))
            return OfText(property);
        if (type == typeof(bool))
            return new FlagShape();
        if (type == typeof(int))
            return new NumberShape(property.GetCustomAttribute<RangeAttribute>());
        if (type.IsEnum)
            return new ChoiceShape(type);
        if (type == typeof(Size))
            return new ParsedShape("a size such as 512MiB, 2GiB or 4GB", Size.Pattern, text => Size.TryParse(text, null, out var size) ? size : null);
        if (type == typeof(TimeSpan))
            return new ParsedShape("a duration such as 500ms, 20s, 3m or 1h", Duration.Pattern, text => Duration.TryParse(text, out var duration) ? duration : null, explain: Duration.Explain);
        if (type == typeof(IPAddress))
            return new ParsedShape("an IPv4 address such as 10.20.0.11", Ipv4.AddressPattern, text => Ipv4.TryParseAddress(text, out var address) ? address : null);
        if (type == typeof(IPNetwork))
            return new ParsedShape("an IPv4 network such as 10.20.0.0/24", Ipv4.NetworkPattern, text => Ipv4.TryParseNetwork(text, out var network) ? network : null);
        if (type == typeof(Share))
            return new ParsedShape("a share such as 5% or 0.1%", Share.Pattern, text => Share.TryParse(text, out var share) ? share : null);
        if (type == typeof(DateOnly))
            return new ParsedShape("a day such as 2026-01-31", "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", text => DateOnly.TryParseExact(text, "yyyy-MM-dd", out var day) ? day : null);
        if (type == typeof(Extent))
            return new ParsedShape("a place such as 50%, 4MiB or random", ExtentForm.Pattern, text => ExtentForm.TryParse(text, out var extent) ? extent : null);
        if (type == typeof(UnixMode))
            return new ParsedShape("a file mode of four octal digits such as \"0644\"", UnixMode.Pattern, text => UnixMode.TryParse(text, null, out var mode) ? mode : null, ModeAsNumber());
        if (type == typeof(ExitExpectation))
            return new ParsedShape("an exit code from 0 to 255, any, or failure", ExitExpectation.Pattern, text => ExitExpectation.TryParse(text, null, out var exit) ? exit : null, ExitAsNumber());
        if (type == typeof(VariableValue))
            return new VariableShape();
        return type == typeof(Pattern) ? new PatternShape() : null;
    }

    private static TextShape OfText(PropertyInfo property) => new(
        [.. property.GetCustomAttributes<FormatAttribute>().Where(format => !format.Keys)],
        property.GetCustomAttribute<OneOfAttribute>()?.Names,
        property.IsDefined(typeof(MachineNameAttribute)),
        property.IsDefined(typeof(ScenarioPathAttribute)));

    private Shape OfStructure(Type type)
    {
        if (type == typeof(IgnitionDefinition))
            return new IgnitionShape();
        if (type == typeof(SeedContent))
            return new SeedShape();
        return type.IsAbstract ? OfUnion(type) : new RecordShape(Noun(type), Layout(type));
    }

    private UnionShape OfUnion(Type type)
    {
        if (unions.TryGetValue(type, out var union))
            return union;
        var members = type.Assembly.GetTypes()
            .Where(member => member.IsSubclassOf(type) && !member.IsAbstract)
            .Select(member => new UnionMember(member, this))
            .OrderBy(member => member.Key, StringComparer.Ordinal);
        return unions[type] = new(Noun(type), [.. members]);
    }

    private static string Noun(Type type) => KebabCase.Of(type.Name).Replace("-definition", "", StringComparison.Ordinal);

    /// <summary>Editors read a mode without quotes as a number.</summary>
    private static System.Text.Json.Nodes.JsonObject ModeAsNumber() => new() { ["type"] = "integer", ["minimum"] = 0, ["maximum"] = 7777 };

    private static System.Text.Json.Nodes.JsonObject ExitAsNumber() => new() { ["type"] = "integer", ["minimum"] = 0, ["maximum"] = 255 };
}
