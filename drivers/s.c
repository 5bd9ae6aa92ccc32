side1
side2
