using System.ComponentModel;
using Kola.Yaml;
using Kola.Yaml.Binding;
using Kola.Yaml.Nodes;
using Kola.Yaml.Shapes;

namespace Kola.Machines.Images.Catalog;

/// <summary><c>images/catalog.yaml</c> as it is written.</summary>
public sealed record CatalogDocument : IChecked
{
    [Description("Images by name."), Format(ImageCatalog.NamePattern, "an image name of letters, digits, dots and dashes", Keys = true)]
    public required IReadOnlyDictionary<string, ImageDefinition> Images { get; init; }

    [Description("The releases that 'kola run' and 'kola gate' judge when none are given, by role.")]
    [Example("{ previous: kola-os:1, candidate: kola-os:2 }")]
    public RolesDefinition? Roles { get; init; }

    /// <inheritdoc/>
    public bool CheckKeys(YamlMapping written, BindingContext context)
    {
        var whole = true;
        if (written.Find("images") is not YamlMapping images)
            return whole;
        foreach (var image in images.Entries.Where(image => RolesDefinition.Names.Contains(image.Key.Text)))
            Refuse(image.Key, $"an image cannot be named '{image.Key.Text}', which scenarios use for a role; choose another name");
        var named = images.Entries.Select(image => image.Key.Text).ToList();
        foreach (var reference in (written.Find("roles") as YamlMapping)?.Entries.SelectMany(role => References(role.Value)) ?? [])
        {
            var name = reference.Text.Split(':', 2)[0];
            if (!reference.Text.Contains('/', StringComparison.Ordinal) && !named.Contains(name))
                Refuse(reference, $"no image is named '{name}'; expected one of {string.Join(", ", named)}, or a path with a slash{Spelling.Hint(name, named)}");
        }

        return whole;

        void Refuse(YamlNode node, string message)
        {
            context.Report(node.Location, message);
            whole = false;
        }
    }

    private static IEnumerable<YamlScalar> References(YamlNode role) => role is YamlSequence list ? list.Items.OfType<YamlScalar>() : role is YamlScalar { IsNull: false } one ? [one] : [];
}

/// <summary>Which release plays which role, as the catalog writes it. A reference is NAME, NAME:RELEASE, or a path with a slash.</summary>
public sealed record RolesDefinition
{
    [Description("The release that is in the field."), Format(@"^\S+$", "an image, such as kola-os:1"), Example("kola-os:1")]
    public string? Previous { get; init; }

    [Description("The release to judge."), Format(@"^\S+$", "an image, such as kola-os:2"), Example("kola-os:2")]
    public string? Candidate { get; init; }

    [Description("The release that the candidate must be able to update to."), Format(@"^\S+$", "an image, such as kola-os:3"), Example("kola-os:3")]
    public string? Next { get; init; }

    [Description("Older releases that are still in the field."), Format(@"^\S+$", "an image, such as kola-os:1"), Example("[kola-os:1]")]
    public IReadOnlyList<string> Oldest { get; init; } = [];

    /// <summary>The roles, as scenarios name them.</summary>
    public static IReadOnlyList<string> Names { get; } = ["previous", "candidate", "next", "oldest"];

    /// <summary>References by role; a role without one is left out.</summary>
    internal IReadOnlyDictionary<string, IReadOnlyList<string>> ByName() =>
        Names.Zip<string, IReadOnlyList<string>>([One(Previous), One(Candidate), One(Next), Oldest])
            .Where(role => role.Second.Count > 0)
            .ToDictionary(role => role.First, role => role.Second, StringComparer.Ordinal);

    private static IReadOnlyList<string> One(string? reference) => reference is null ? [] : [reference];
}
