import LIFModel
import Testing

@Suite("Names that GraphQL can write") struct GraphQLNameTests {
    @Test(
        "A field's name keeps its letters' case, and what GraphQL does not allow becomes an underscore",
        arguments: [
            ("firstName", "firstName"), ("iSO639-2LangCode", "iSO639_2LangCode"), ("a b.c", "a_b_c"),
            ("2ndName", "_2ndName"), ("--x", "_x"), ("__x", "_x"), ("_x", "_x"), ("x--y", "x__y"), ("é", "_"),
            ("-2", "_2"), ("", ""),
        ])
    func fields(name: String, written: String) { #expect(GraphQLName.field(name) == written) }

    @Test(
        "An enum's value is written in upper case, with an underscore for each other character and before a digit",
        arguments: [
            ("Florida", "FLORIDA"), ("WestVirginia", "WESTVIRGINIA"), ("Academic credential", "ACADEMIC_CREDENTIAL"),
            ("Part-time / casual", "PART_TIME___CASUAL"), ("School-assigned number", "SCHOOL_ASSIGNED_NUMBER"),
            ("2-year", "_2_YEAR"), ("A_B", "A_B"), ("(x)", "_X_"), ("Québec", "QUÉBEC"), ("straße", "STRASSE"),
        ])
    func values(value: String, written: String) { #expect(GraphQLName.enumValue(value) == written) }
}
