"""How the languages of the practice write days and numbers, where Django would write them otherwise."""
