using FluentAssertions;
using Kola.Machines.AdapterPrograms;
using Kola.Machines.Guests;
using Kola.Machines.Images.Catalog;
using Kola.Yaml;
using NUnit.Framework;

namespace Kola.Tests.Machines.AdapterPrograms;

[Parallelizable(ParallelScope.All)]
internal sealed class AdapterSchemaTests
{
    [Test]
    public void The_checked_in_schema_is_what_Kola_says_and_accepts()
    {
        var current = File.ReadAllText(Path.Combine(Checkout.Root, "images", "adapters", AdapterSchema.FileName)) == AdapterSchema.Text();

        current.Should().BeTrue("the schema is derived from the protocol's records, which have changed; run: ci/kola schema adapter > images/adapters/adapter-program.schema.json");
    }

    [Test]
    public void The_words_of_facts_are_those_of_the_adapters_in_CSharp()
    {
        Words(AdapterFacts.UnitKeys).Should().Equal(EnumWords.All<UnitRole>());
        Words(AdapterFacts.ArtifactKeys).Should().Equal(EnumWords.All<ArtifactRole>());
        Words(AdapterFacts.RefusalKeys).Should().Equal(EnumWords.All<RefusalReason>());
    }

    [Test]
    public void Each_question_has_an_answer() => AdapterSchema.Answers.Keys.Should().Equal(Enum.GetValues<AdapterQuestionKind>());

    private static string[] Words(string pattern) => pattern.Trim('^', '$', '(', ')').Split('|');
}
