using System.Reflection;
using System.Text.Json.Nodes;
using Kola.Yaml.Binding;
using Kola.Yaml.Nodes;

namespace Kola.Yaml.Shapes;

/// <summary>What must hold among the keys of a record, by the attributes on its type.</summary>
internal sealed class KeyRules(Type type, IReadOnlyList<Field> all)
{
    private readonly bool notEmpty = type.IsDefined(typeof(NotEmptyAttribute));
    private readonly ExactlyOneOfAttribute[] choices = [.. type.GetCustomAttributes<ExactlyOneOfAttribute>()];

    // What a choice goes with is the same rule for each of its keys.
    private readonly (string Key, IReadOnlyList<string> Dependent)[] companions =
    [
        .. type.GetCustomAttributes<ExactlyOneOfAttribute>().Where(choice => choice.With is not null).Select(choice => (choice.With!, choice.Keys)),
        .. type.GetCustomAttributes<OnlyWithAttribute>().Select(only => (only.Key, only.Keys)),
    ];

    public bool Check(YamlMapping mapping, BindingContext context)
    {
        var whole = true;
        if (notEmpty && mapping.Entries is [])
            Refuse(mapping.Location, $"nothing is given; expected at least one of {string.Join(", ", all.Select(field => field.Key))}");
        foreach (var choice in choices.Where(choice => choice.With is null || mapping.Find(choice.With) is not null))
            CheckChoice(choice);
        foreach (var (key, dependent) in companions.Where(companion => mapping.Find(companion.Key) is null))
            foreach (var given in Given(mapping, dependent))
                Refuse(given.Location, $"'{given.Text}' is given without '{key}'; expected both, or neither");
        return whole;

        void CheckChoice(ExactlyOneOfAttribute choice)
        {
            var given = Given(mapping, choice.Keys);
            if (given.Length > 1)
                Refuse(given[1].Location, $"both '{given[0].Text}' and '{given[1].Text}' are given; expected one of them");
            if (given.Length == 0 && !choice.Optional)
                Refuse(Place(choice), $"neither {string.Join(" nor ", choice.Keys.Select(key => $"'{key}'"))} is given{(choice.With is null ? "" : $" with '{choice.With}'")}; expected one of them");
        }

        void Refuse(SourceLocation location, string message)
        {
            context.Report(location, message);
            whole = false;
        }

        SourceLocation Place(ExactlyOneOfAttribute choice) => choice.With is null ? mapping.Location : Given(mapping, [choice.With])[0].Location;
    }

    /// <summary>Adds the rules to the schema of the mapping.</summary>
    public void Describe(JsonObject schema)
    {
        if (notEmpty)
            schema["minProperties"] = 1;
        foreach (var choice in choices.Where(choice => choice.With is null))
            if (choice.Optional)
                schema["not"] = Together(choice.Keys);
            else
                schema["oneOf"] = EachOf(choice.Keys);
        // Not 'dependencies': NJsonSchema, which the tests judge by, does not know it.
        JsonArray clauses =
        [
            .. choices.Where(choice => choice.With is not null).Select(choice => Either(Not(Together([choice.With!])), new() { ["oneOf"] = EachOf(choice.Keys) })),
            .. companions.Select(companion => Either(Together([companion.Key]), Not(new() { ["anyOf"] = EachOf(companion.Dependent) }))),
        ];
        if (clauses.Count > 0)
            schema["allOf"] = clauses;
    }

    private static YamlScalar[] Given(YamlMapping mapping, IReadOnlyList<string> keys) =>
        [.. mapping.Entries.Select(entry => entry.Key).Where(key => keys.Contains(key.Text))];

    private static JsonArray EachOf(IReadOnlyList<string> keys) => [.. keys.Select(key => new JsonObject { ["required"] = new JsonArray(key) })];

    private static JsonObject Either(JsonObject one, JsonObject other) => new() { ["anyOf"] = new JsonArray(one, other) };

    private static JsonObject Not(JsonObject schema) => new() { ["not"] = schema };

    private static JsonObject Together(IReadOnlyList<string> keys) => new() { ["required"] = new JsonArray([.. keys.Select(key => JsonValue.Create(key))]) };
}
